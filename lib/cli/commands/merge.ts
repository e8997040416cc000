/**
 * `merge FOLDER...`: one export of the shards that many machines wrote.
 * @module
 */
import { runMerge } from "../../jobs/merge.ts";
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import type { CommandInput } from "./session.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when a shard lacks histories or artifacts. */
export async function mergeCommand({ operands, config, session }: CommandInput<"merge">): Promise<void> {
  const { folderPath, failures } = await runMerge(operands, config, session);
  if (config.report) await reportOnExport(folderPath, session);
  failIfIncomplete(failures);
}
