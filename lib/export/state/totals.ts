/**
 * An experiment's row describes the whole experiment: where a selection leaves runs out, all of them are listed once more
 * (the listing is cheap, histories are not), and the row is made of that.
 * @module
 */
import type { FolderState } from "../../folder/state.ts";
import { ExperimentTally, type TallyState } from "../../rows/tally.ts";
import type { Experiment, ExperimentFailure, RunSelection, Source } from "../../source/mod.ts";

/** Tallies of whole experiments, by id. */
export type Totals = ReadonlyMap<string, ExperimentTally>;

/** Whether a selection leaves out runs of the experiments that are exported. Deleted ones do not count as runs. */
export function leavesRunsOut({ sinceMs = null, untilMs = null, filter = "" }: RunSelection): boolean {
  return sinceMs !== null || untilMs !== null || filter !== "";
}

/** Counts all runs of the experiments, and keeps the result: a resumed export has the same. One that cannot be listed is told, and has none. */
export async function countTotals(
  source: Source,
  state: FolderState,
  options: {
    readonly experiments: readonly Experiment[];
    readonly selection: RunSelection;
    readonly onFailure: (failure: ExperimentFailure) => void;
    readonly signal?: AbortSignal;
  },
): Promise<Totals> {
  const kept = (state.kept("totals") ?? []) as readonly (readonly [string, TallyState])[];
  const totals = new Map(kept.map(([id, tally]) => [id, ExperimentTally.from(tally)]));
  const { experiments, selection: { includeDeleted }, onFailure, signal } = options;
  const uncounted = experiments.filter(({ id }) => !totals.has(id));
  for (const { id } of uncounted) totals.set(id, new ExperimentTally());
  const listed = source.listedRuns(uncounted, {
    includeDeleted,
    onFailure(failure): void {
      totals.delete(failure.experiment.id);
      onFailure(failure);
    },
  });
  for await (const run of listed) {
    signal?.throwIfAborted();
    totals.get(run.experimentId)?.add(run);
  }
  state.keep("totals", [...totals].map(([id, tally]) => [id, tally.state()]));
  return totals;
}
