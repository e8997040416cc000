/**
 * The three counts that must be one: runs that MLflow listed, that the files hold, and that Kiroframe acknowledged.
 * @module
 */
import { type ExportSummary, type ImportedCounts, summaryJson } from "../../export/state/summary.ts";
import { finishedExport } from "../../export/state/finished.ts";
import type { ExportFolder } from "../../folder/export_folder.ts";
import type { ImportResult, RowCounts } from "../../kiroframe/result.ts";
import type { Logger } from "../../logger.ts";
import type { RowIdSets } from "./sync_memory.ts";

/**
 * Compares the counts, tells them in the last lines of the log, and writes them into summary.json.
 * Returns one sentence for each experiment that differs. A folder that this program did not export has nothing to compare.
 */
export async function reconcile(
  folder: ExportFolder,
  result: ImportResult,
  { logger, gone }: { readonly logger: Logger; readonly gone?: RowIdSets },
): Promise<string[]> {
  const summary = finishedExport(folder);
  if (summary === null) return [];
  const imported = { ...importedCounts(result), gone };
  await folder.writeWhole("summary", summaryJson(summary, imported));
  const differences = differencesOf(summary, imported);
  for (const difference of differences) logger.error(difference);
  const total = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);
  const written = total(summary.experiments.map((experiment) => experiment.written));
  const acknowledged = total(imported.runsByExperiment.values());
  logger.info(
    `Runs: ${summary.sourceName} listed ${summary.runs}, the files hold ${written}, Kiroframe acknowledged ${acknowledged}`,
  );
  return differences;
}

function importedCounts({ experiments, runs, models, ...result }: ImportResult): ImportedCounts {
  const all = [experiments, runs, models];
  return {
    acknowledged: all.reduce((sum, counts) => sum + held(counts), 0),
    failed: all.reduce((sum, counts) => sum + counts.failed, 0),
    nonFiniteLeftOut: result.nonFiniteValues,
    thinnedPoints: result.thinnedPoints,
    runsByExperiment: new Map([...result.runsByExperiment].map(([id, counts]) => [id, held(counts)])),
  };
}

function held({ sent, skipped }: Readonly<RowCounts>): number {
  return sent + skipped;
}

function differencesOf({ experiments, sourceName }: ExportSummary, { runsByExperiment }: ImportedCounts): string[] {
  return experiments.filter(({ id, runs, written }) => runs !== written || written !== (runsByExperiment.get(id) ?? 0))
    .map(({ id, runs, written }) =>
      `Experiment ${id}: ${sourceName} listed ${runs} runs, the files hold ${written}, ` +
      `Kiroframe acknowledged ${runsByExperiment.get(id) ?? 0}`
    );
}
