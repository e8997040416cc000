/**
 * `merge FOLDER...`: one export of the shards that many machines wrote.
 * @module
 */
import { resolve } from "node:path";
import type { Config } from "../parse/config.ts";
import { UsageError } from "../../errors.ts";
import { mergeExports } from "../../export/merge.ts";
import { readAbout, writeAbout } from "../../folder/about.ts";
import { ExportFolder } from "../../folder/export_folder.ts";
import { visible } from "../../visible.ts";
import { checkBaseDir } from "../../folder/base_dir.ts";
import type { Session } from "./session.ts";
import { count, exportFailures, failIfIncomplete } from "./export.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when a shard lacks histories or artifacts. */
export async function mergeCommand(paths: readonly string[], config: Config<"merge">, session: Session): Promise<void> {
  const { log, logger } = session;
  await checkBaseDir(config.baseDir);
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
    const target = await ExportFolder.create(resolve(config.baseDir));
    try {
      log.openFile(target.file("log"));
      await writeAbout(target.path, { ...about, options: { ...about.options, shard: null } });
      const summary = await mergeExports(shards, target);
      const { runs, experiments } = summary;
      logger.info(
        `Merged ${count(runs, "run")} of ${count(experiments.length, "experiment")} from ${
          count(shards.length, "folder")
        } ` +
          `to ${target.path}`,
      );
      failIfIncomplete(exportFailures(summary));
    } catch (error) {
      if (error instanceof UsageError) await target.remove();
      throw error;
    } finally {
      await target.close();
    }
  } finally {
    for (const shard of shards) await shard.close();
  }
}
