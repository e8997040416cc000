/**
 * An experiment's row describes the whole experiment: where a selection leaves runs out, all of them are listed once more
 * (the listing is cheap, histories are not), and the row is made of that.
 * @module
 */
import type { FolderState } from "../folder/state.ts";
import { ExperimentTally, type TallyState } from "../rows/tally.ts";
import type { Experiment, RunSelection, Source } from "../source/mod.ts";

/** Tallies of whole experiments, by id. */
export type Totals = ReadonlyMap<string, ExperimentTally>;

/** Whether a selection leaves out runs of the experiments that are exported. Deleted ones do not count as runs. */
export function leavesRunsOut({ sinceMs = null, untilMs = null, filter = "" }: RunSelection): boolean {
  return sinceMs !== null || untilMs !== null || filter !== "";
}

/** Counts all runs of the experiments, and keeps the result: a resumed export has the same. */
export async function countTotals(
  source: Source,
  state: FolderState,
  options: {
    readonly experiments: readonly Experiment[];
    readonly selection: RunSelection;
    readonly signal?: AbortSignal;
  },
): Promise<Totals> {
  const kept = state.kept("totals") as readonly (readonly [string, TallyState])[] | undefined;
  if (kept !== undefined) return new Map(kept.map(([id, tally]) => [id, ExperimentTally.from(tally)]));
  const { experiments, selection: { includeDeleted }, signal } = options;
  const totals = new Map(experiments.map(({ id }) => [id, new ExperimentTally()]));
  for await (const run of source.listedRuns(experiments, { includeDeleted })) {
    signal?.throwIfAborted();
    totals.get(run.experimentId)?.add(run);
  }
  state.keep("totals", [...totals].map(([id, tally]) => [id, tally.state()]));
  return totals;
}
