/**
 * The merge of shards as a job.
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { mergeExports } from "../export/merge.ts";
import { type About, readAbout, writeAbout } from "../folder/about.ts";
import { checkBaseDir } from "../folder/base_dir.ts";
import { ExportFolder } from "../folder/export_folder.ts";
import { LAYOUT } from "../folder/layout.ts";
import { visible } from "../visible.ts";
import type { JobContext } from "./context.ts";
import type { ExportOutcome } from "./export.ts";
import { refuseNoExport } from "./folder/no_export.ts";
import { count, exportFailures, factsOf } from "./outcome.ts";

/**
 * Merges the folders of all shards into a new one below `baseDir`. Rejects with an AppError; nothing is left behind then, for a half-made
 * folder is of no use to anybody.
 */
export async function runMerge(
  paths: readonly string[],
  { baseDir, parquet }: { readonly baseDir: string; readonly parquet?: boolean },
  context: JobContext,
): Promise<ExportOutcome> {
  const { logger, signal } = context;
  await checkBaseDir(baseDir);
  const about = await sharedAbout(paths.map((path) => resolve(path)));
  const shards: ExportFolder[] = [];
  try {
    for (const path of paths) shards.push(await ExportFolder.open(resolve(path)));
    context.progress.start("Merging");
    const target = await ExportFolder.create(resolve(baseDir));
    try {
      context.openLog(target.file("log"));
      context.tell({ folder: target.path });
      await writeAbout(target.path, { ...about, options: { ...about.options, shard: null } });
      const summary = await mergeExports(shards, target, { parquet, logger, signal });
      context.tell(factsOf(summary));
      const { runs, experiments } = summary;
      const [merged, from] = [count(experiments.length, "experiment"), count(shards.length, "folder")];
      logger.info(`Merged ${count(runs, "run")} of ${merged} from ${from} to ${target.path}`);
      return { folderPath: target.path, summary, failures: exportFailures(summary) };
    } catch (error) {
      await target.remove();
      context.tell({ folder: null });
      throw error;
    } finally {
      context.progress.stop();
      await target.close();
    }
  } finally {
    for (const shard of shards) await shard.close();
  }
}

/** What all folders are an export of. Rejects with a UsageError where one of them is of another server, or cannot be merged. */
async function sharedAbout(paths: readonly string[]): Promise<About> {
  let shared: About | undefined;
  for (const path of paths) {
    await refuseNoExport(path, "merge");
    const about = await readAbout(path);
    // Opening would make one.
    if (about === null || !existsSync(join(path, LAYOUT.state))) {
      throw new UsageError(`Cannot merge ${visible(path)}: it lacks ${about === null ? LAYOUT.about : LAYOUT.state}`, {
        hint: "Give the folders that --shard wrote, with all that is in them",
      });
    }
    shared ??= about;
    if (about.import_source_id === shared.import_source_id) continue;
    const [one, other] = [about, shared].map(({ tracking_url }) => visible(tracking_url));
    throw new UsageError(`Cannot merge ${visible(path)}: it is an export of ${one}, the first folder of ${other}`, {
      hint: "Give the folders that --shard wrote, all of one tracking URL",
    });
  }
  if (shared === undefined) throw new UsageError("Cannot merge: no folder was given");
  return shared;
}
