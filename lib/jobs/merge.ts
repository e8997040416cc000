/**
 * The merge of shards as a job.
 * @module
 */
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { mergeExports } from "../export/merge.ts";
import { readAbout, writeAbout } from "../folder/about.ts";
import { checkBaseDir } from "../folder/base_dir.ts";
import { ExportFolder } from "../folder/export_folder.ts";
import { visible } from "../visible.ts";
import type { JobContext } from "./context.ts";
import type { ExportOutcome } from "./export.ts";
import { count, exportFailures } from "./outcome.ts";

/** Merges the folders of all shards into a new one below `baseDir`. Rejects with an AppError; nothing is left behind then, for a half-made folder is of no use to anybody. */
export async function runMerge(
  paths: readonly string[],
  { baseDir }: { readonly baseDir: string },
  context: JobContext,
): Promise<ExportOutcome> {
  const { logger } = context;
  await checkBaseDir(baseDir);
  const abouts = await Promise.all(paths.map((path) => readAbout(resolve(path))));
  const about = abouts[0];
  const odd = abouts.findIndex((other) => other === null || other.import_source_id !== about?.import_source_id);
  if (about === undefined || about === null || odd !== -1) {
    throw new UsageError(`Cannot merge ${visible(paths[Math.max(0, odd)] ?? "")}: it is no export of the same server`, {
      hint: "Give the folders that --shard wrote, all of one tracking URL",
    });
  }
  const shards: ExportFolder[] = [];
  try {
    for (const path of paths) shards.push(await ExportFolder.open(resolve(path)));
    const target = await ExportFolder.create(resolve(baseDir));
    try {
      context.openLog(target.file("log"));
      await writeAbout(target.path, { ...about, options: { ...about.options, shard: null } });
      const summary = await mergeExports(shards, target);
      const { runs, experiments } = summary;
      const [merged, from] = [count(experiments.length, "experiment"), count(shards.length, "folder")];
      logger.info(`Merged ${count(runs, "run")} of ${merged} from ${from} to ${target.path}`);
      return { folderPath: target.path, summary, failures: exportFailures(summary) };
    } catch (error) {
      await target.remove();
      throw error;
    } finally {
      await target.close();
    }
  } finally {
    for (const shard of shards) await shard.close();
  }
}
