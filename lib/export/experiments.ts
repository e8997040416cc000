/**
 * Which experiments an export is about: listed, chosen by name, perhaps only one shard of them.
 * @module
 */
import { UsageError } from "../errors.ts";
import type { FolderState } from "../folder/state.ts";
import type { Experiment, RunQuery, Source } from "../source/mod.ts";
import { type Shard, shardOf } from "./shard.ts";

/** How {@linkcode listExperiments} chooses. */
export interface ExperimentChoice {
  /** Which runs will be asked for. */
  readonly query?: Omit<RunQuery, "isDone">;
  /** Which experiments. @default all */
  readonly selects?: (experiment: Experiment) => boolean;
  /** One part of those. @default {1 of 1} */
  readonly shard?: Shard;
  /** Ends the listing when it is aborted. */
  readonly signal?: AbortSignal;
}

type Kept = Omit<Experiment, "tags"> & { readonly tags: readonly [string, string][] };

/**
 * Lists the experiments to export and keeps the list: a resumed export goes on with the one it began with, so that its files equal an
 * uninterrupted one's. Rejects with a UsageError where no experiment is chosen.
 */
export async function listExperiments(
  source: Source,
  state: FolderState,
  choice: ExperimentChoice,
): Promise<Experiment[]> {
  const kept = state.kept("experiments") as Kept[] | undefined;
  if (kept !== undefined) return kept.map((experiment) => ({ ...experiment, tags: new Map(experiment.tags) }));
  const { query = {}, selects, shard, signal } = choice;
  const names: string[] = [];
  const chosen: Experiment[] = [];
  for await (const experiment of source.experiments({ includeDeleted: query.includeDeleted ?? false })) {
    signal?.throwIfAborted();
    names.push(experiment.name);
    if (selects?.(experiment) ?? true) chosen.push(experiment);
  }
  if (chosen.length === 0 && names.length > 0) {
    throw new UsageError(`No experiment has a name that was asked for: there are ${names.length} others`, {
      hint: `The newest are ${names.slice(0, 5).map((name) => JSON.stringify(name)).join(", ")}`,
    });
  }
  const experiments = shard === undefined
    ? chosen
    : shardOf(chosen, { shard, runCounts: await source.runCounts(chosen, query) });
  // What the other shards must have: merge looks for gaps and doubles.
  state.keep("listed", chosen.map(({ id }) => id));
  state.keep("experiments", experiments.map((experiment): Kept => ({ ...experiment, tags: [...experiment.tags] })));
  return experiments;
}
