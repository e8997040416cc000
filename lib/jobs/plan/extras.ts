/**
 * What there is besides runs and registered models: listed whole, as an export lists it.
 * @module
 */
import { endsEverything } from "../../errors.ts";
import { EXTRA_NOUNS, type ExtraKind } from "../../export/state/extras.ts";
import type { Experiment, Source } from "../../source/mod.ts";

/** Bytes of a logged model, prompt, trace or the like, about. */
const EXTRA_BYTES = 800;

/** Traces a page of the listing. */
const TRACES_A_CALL = 500;

/** Calls for what a dataset's listing does not tell. */
const CALLS_A_DATASET = 2;

/** Those that belong to no experiment. */
const OF_THE_WHOLE: readonly ExtraKind[] = ["prompts", "evaluation_datasets", "webhooks"];

/** What was found. */
export interface ExtrasEstimate {
  /** By kind; null of what the source does not have, or could not list now. */
  readonly found: Readonly<Record<ExtraKind, number | null>>;
  readonly bytes: number;
  readonly calls: number;
  readonly ms: number;
}

/** What is asked about. */
export interface ExtrasQuery {
  readonly experiments: readonly Experiment[];
  /** Whether what belongs to no experiment is asked about: one shard does. */
  readonly isFirst: boolean;
  readonly exportTraces: boolean;
  readonly traceSpans: boolean;
  readonly signal?: AbortSignal;
}

/** Counts the extras of experiments, as an export does. Rejects with what would end one. */
export async function estimateExtras(source: Source, query: ExtrasQuery): Promise<ExtrasEstimate> {
  const { experiments, isFirst, exportTraces, traceSpans, signal } = query;
  const [startMs, before] = [performance.now(), source.calls];
  const { loggedModels, prompts, traces, countTraces, evaluationDatasets, scorers, webhooks } = source.extras ?? {};
  async function countOf(kind: ExtraKind): Promise<number | null> {
    if (!isFirst && OF_THE_WHOLE.includes(kind)) return null;
    switch (kind) {
      case "prompts":
        return (await prompts?.())?.length ?? null;
      case "traces":
        return await countTraces?.(experiments) ?? null;
      case "evaluation_datasets":
        return (await evaluationDatasets?.())?.length ?? null;
      case "scorers":
        return (await scorers?.(experiments))?.length ?? null;
      case "webhooks":
        return (await webhooks?.())?.length ?? null;
      case "logged_models":
        return loggedModels === undefined ? null : await countModels(loggedModels(experiments));
    }
  }
  async function countModels(listed: AsyncIterable<unknown>): Promise<number> {
    let models = 0;
    for await (const _model of listed) {
      signal?.throwIfAborted();
      models++;
    }
    return models;
  }
  const counts: [string, number | null][] = [];
  for (const kind of Object.keys(EXTRA_NOUNS) as ExtraKind[]) counts.push([kind, await orNull(() => countOf(kind))]);
  const found = Object.fromEntries(counts) as Record<ExtraKind, number | null>;
  const ms = performance.now() - startMs;
  const calls = source.calls - before;
  const exported = exportTraces && traces !== undefined ? found.traces ?? 0 : 0;
  // Of each dataset its experiments and records are asked for.
  const datasetCalls = calls === 0 ? 0 : CALLS_A_DATASET * (found.evaluation_datasets ?? 0);
  const traceCalls = exported === 0 ? 0 : Math.ceil(exported / TRACES_A_CALL) + (traceSpans ? exported : 0);
  const moreCalls = traceCalls + datasetCalls;
  const { traces: _traces, ...others } = found;
  const listed = Object.values(others).reduce<number>((sum, amount) => sum + (amount ?? 0), exported);
  return {
    // None at all is not worth a line: there are none of what a source cannot have, either.
    found: { ...found, traces: found.traces || null },
    bytes: EXTRA_BYTES * listed,
    calls: calls + moreCalls,
    // A call is about as long as another.
    ms: ms + (calls === 0 ? 0 : moreCalls * ms / calls),
  };
}

/** An export records such a failure, and goes on. */
async function orNull(work: () => Promise<number | null>): Promise<number | null> {
  try {
    return await work();
  } catch (error) {
    if (endsEverything(error)) throw error;
    return null;
  }
}
