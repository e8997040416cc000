/**
 * What there is besides runs and registered models: listed whole, as an export lists it.
 * @module
 */
import { endsEverything } from "../../errors.ts";
import type { Experiment, Source } from "../../source/mod.ts";

/** Bytes of a logged model, prompt or trace, about. */
const EXTRA_BYTES = 800;

/** Traces a page of the listing. */
const TRACES_A_CALL = 500;

/** What was found; null of what the source does not have, or could not list now. */
export interface ExtrasEstimate {
  readonly loggedModels: number | null;
  readonly prompts: number | null;
  readonly traces: number | null;
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
  const { loggedModels, prompts, traces, count } = source.extras ?? {};
  const models = loggedModels === undefined ? null : await orNull(async () => {
    let count = 0;
    for await (const _model of loggedModels(experiments)) {
      signal?.throwIfAborted();
      count++;
    }
    return count;
  });
  const found = prompts === undefined || !isFirst ? null : await orNull(async () => (await prompts()).length);
  const counted = count && await orNull(() => count("traces", experiments)) || null;
  const others = isFirst ? ["evaluation_datasets", "scorers", "webhooks"] as const : ["scorers"] as const;
  for (const kind of others) if (count !== undefined) await orNull(() => count(kind, experiments));
  const ms = performance.now() - startMs;
  const calls = source.calls - before;
  const exported = exportTraces && traces !== undefined ? counted ?? 0 : 0;
  const traceCalls = exported === 0 ? 0 : Math.ceil(exported / TRACES_A_CALL) + (traceSpans ? exported : 0);
  return {
    loggedModels: models,
    prompts: found,
    traces: counted,
    bytes: EXTRA_BYTES * ((models ?? 0) + (found ?? 0) + exported),
    calls: calls + traceCalls,
    // A call is about as long as another.
    ms: ms + (calls === 0 ? 0 : traceCalls * ms / calls),
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
