/**
 * What there is besides runs and registered models: listed whole, as an export lists it.
 * @module
 */
import { endsEverything } from "../../errors.ts";
import { EXTRA_NOUNS, type ExtraKind } from "../../export/state/extras.ts";
import type { CountedExtra, Experiment, Source } from "../../source/mod.ts";

/** Bytes of a logged model, prompt or trace, about. */
const EXTRA_BYTES = 800;

/** Traces a page of the listing. */
const TRACES_A_CALL = 500;

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
  const { loggedModels, prompts, traces, count } = source.extras ?? {};
  async function countOf(kind: ExtraKind): Promise<number | null> {
    if (!isFirst && OF_THE_WHOLE.includes(kind)) return null;
    if (kind === "prompts") return prompts === undefined ? null : (await prompts()).length;
    if (kind !== "logged_models") return await count?.(kind satisfies CountedExtra, experiments) ?? null;
    if (loggedModels === undefined) return null;
    let models = 0;
    for await (const _model of loggedModels(experiments)) {
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
  const traceCalls = exported === 0 ? 0 : Math.ceil(exported / TRACES_A_CALL) + (traceSpans ? exported : 0);
  return {
    // None at all is not worth a line: there are none of what a source cannot have, either.
    found: { ...found, traces: found.traces || null },
    bytes: EXTRA_BYTES * ((found.logged_models ?? 0) + (found.prompts ?? 0) + exported),
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
