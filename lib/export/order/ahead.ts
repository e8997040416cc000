/**
 * What is small is asked for while a server lists runs: one call after another at the end, it would cost as long as a short listing.
 * @module
 */
import { withChanges } from "../../source/changes.ts";
import type { Experiment, Source } from "../../source/mod.ts";
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

/** Asks for registered models, and for what there is besides, as far as that is small. */
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
  const scorers = begun(extras?.scorers?.(experiments));
  const traces = begun(exportTraces ? undefined : extras?.countTraces?.(experiments));
  const datasets = begun(isFirst ? extras?.evaluationDatasets?.() : undefined);
  const webhooks = begun(isFirst ? extras?.webhooks?.() : undefined);
  return {
    source: withChanges(source, {
      models: () => models ?? source.models(),
      extras: extras && {
        ...extras,
        prompts: extras.prompts && (() => prompts ?? extras.prompts!()),
        scorers: extras.scorers && ((all) => scorers ?? extras.scorers!(all)),
        countTraces: extras.countTraces && ((all) => traces ?? extras.countTraces!(all)),
        evaluationDatasets: extras.evaluationDatasets && (() => datasets ?? extras.evaluationDatasets!()),
        webhooks: extras.webhooks && (() => webhooks ?? extras.webhooks!()),
      },
    }),
    settle: async () => void await Promise.all(calls),
  };
}
