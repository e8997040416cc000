/**
 * Which experiments an export is about: listed, chosen by name, perhaps only one shard of them.
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { FolderState } from "../../folder/state.ts";
import { matcher } from "../../source/glob.ts";
import type { Experiment, RunSelection, Source } from "../../source/mod.ts";
import { type Shard, shardOf } from "./shard.ts";

/** What is exported: data, as export.json keeps it. */
export interface Selection extends RunSelection {
  /** Names of experiments, or patterns; none for all. @default {[]} */
  readonly experiments?: readonly string[];
}

/** How {@linkcode chooseExperiments} chooses. */
export interface ExperimentChoice {
  /** Which experiments, and which of their runs will be asked for. @default {{}} all active ones */
  readonly selection?: Selection;
  /** One part of those. @default {1 of 1} */
  readonly shard?: Shard;
  /** Ends the listing when it is aborted. */
  readonly signal?: AbortSignal;
}

/** The experiments of an export, newest first. */
export interface ChosenExperiments {
  /** Those to export: of one shard, or all that were chosen. */
  readonly experiments: readonly Experiment[];
  /** The ids of all that were chosen, other shards' too: merge looks for gaps and doubles. */
  readonly listed: readonly string[];
}

type Kept = Omit<Experiment, "tags"> & { readonly tags: readonly [string, string][] };

/**
 * Lists the experiments to export. Rejects with a UsageError where none is chosen, or the selection of runs cannot be read:
 * nothing has been written then.
 */
export async function chooseExperiments(source: Source, choice: ExperimentChoice): Promise<ChosenExperiments> {
  const { selection = {}, shard, signal } = choice;
  const { experiments: wanted = [], includeDeleted = false } = selection;
  const matches = matcher(wanted);
  const names: string[] = [];
  const chosen: Experiment[] = [];
  for await (const experiment of source.experiments({ includeDeleted })) {
    signal?.throwIfAborted();
    names.push(experiment.name);
    if (wanted.length === 0 || matches(experiment.name)) chosen.push(experiment);
  }
  if (chosen.length === 0 && names.length > 0) {
    throw new UsageError(`No experiment has a name that was asked for: there are ${names.length} others`, {
      hint: `The newest are ${names.slice(0, 5).map((name) => JSON.stringify(name)).join(", ")}`,
    });
  }
  await source.checkSelection(chosen, selection);
  const experiments = shard === undefined
    ? chosen
    : shardOf(chosen, { shard, runCounts: await source.runCounts(chosen, selection) });
  return { experiments, listed: chosen.map(({ id }) => id) };
}

/** Keeps the list: a resumed export goes on with the one it began with, so that its files equal an uninterrupted one's. */
export function keepExperiments(state: FolderState, { experiments, listed }: ChosenExperiments): void {
  state.keep("listed", listed);
  state.keep("experiments", experiments.map((experiment): Kept => ({ ...experiment, tags: [...experiment.tags] })));
}

/** The experiments that the folder's export began with; null where it did not get so far. */
export function keptExperiments(state: FolderState): readonly Experiment[] | null {
  const kept = state.kept("experiments") as Kept[] | undefined;
  return kept?.map((experiment) => ({ ...experiment, tags: new Map(experiment.tags) })) ?? null;
}
