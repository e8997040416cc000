/**
 * What is small is asked for while a server lists runs: one call after another at the end, it would cost as long as a short listing.
 * @module
 */
import { withChanges } from "../../source/changes.ts";
import type { CountedExtra, Experiment, Source } from "../../source/mod.ts";
import type { Shard } from "./shard.ts";

/** What will be wanted. */
export interface AheadOptions {
  readonly source: Source;
  /** models.json. */
  readonly exportModels: boolean;
  /** The traces themselves: they are not counted then. @default {false} */
  readonly exportTraces?: boolean;
  /** What is not of any experiment is in the first. @default {1 of 1} */
  readonly shard?: Shard;
}

/** A source that was asked already. */
export interface AskedSource {
  /** Gives what was asked for, or fails with what it failed with. */
  readonly source: Source;
  /** Resolves when nothing is on its way any more, whatever came of it. */
  readonly settle: () => Promise<void>;
}

/** Asks for registered models, prompts, and the counts of what is not exported. */
export function askAhead(experiments: readonly Experiment[], options: AheadOptions): AskedSource {
  const { source, exportModels, exportTraces = false, shard } = options;
  const { extras } = source;
  const isFirst = (shard?.index ?? 1) === 1;
  const calls: Promise<unknown>[] = [];
  function begun<T>(call: Promise<T> | undefined): Promise<T> | undefined {
    if (call !== undefined) calls.push(call.catch(() => {}));
    return call;
  }

  const models = begun(isFirst && exportModels ? source.models() : undefined);
  const prompts = begun(isFirst ? extras?.prompts?.() : undefined);
  const kinds: readonly CountedExtra[] = [
    "scorers",
    ...exportTraces ? [] : ["traces"] as const,
    ...isFirst ? ["evaluation_datasets", "webhooks"] as const : [],
  ];
  const counts = new Map(kinds.map((kind) => [kind, begun(extras?.count?.(kind, experiments))]));
  return {
    source: withChanges(source, {
      models: () => models ?? source.models(),
      extras: extras && {
        ...extras,
        prompts: extras.prompts && (() => prompts ?? extras.prompts!()),
        count: extras.count && ((kind, all) => counts.get(kind) ?? extras.count!(kind, all)),
      },
    }),
    settle: async () => void await Promise.all(calls),
  };
}
