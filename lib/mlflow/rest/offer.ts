/**
 * What a server has besides runs, as the seam has it.
 * @module
 */
import type { HttpClient } from "../../http/types.ts";
import type { Experiment, Extras, LoggedModel } from "../../source/mod.ts";
import type { MlflowClient } from "./endpoints/client.ts";
import { isMissing } from "./endpoints/dialect.ts";
import { countTraces } from "./extras/count.ts";
import { EvaluationReader } from "./extras/evaluation.ts";
import { TraceListing } from "./extras/traces.ts";
import { readPrompts } from "./models.ts";
import type { RestOptions } from "./options.ts";
import { ExtrasClient } from "./extras/client.ts";
import { readLoggedModels } from "./extras/logged_models.ts";

/**
 * Returns what can be read of the client's server; undefined where its version is too old to have any of it. A server that does not tell
 * its version is asked for logged models: where it has no such endpoint it is asked for nothing else but traces, which MLflow 2.14 has too.
 */
export function extrasOf(
  http: HttpClient,
  client: MlflowClient,
  { logger, concurrency }: Pick<RestOptions, "logger" | "concurrency">,
): Extras | undefined {
  const { dialect } = client;
  if (!dialect.mayHaveTraces) return undefined;
  const endpoints = new ExtrasClient(http, dialect);
  let isOlder = !dialect.mayBeThree;
  async function* loggedModels(experiments: readonly Experiment[]): AsyncGenerator<LoggedModel> {
    try {
      yield* readLoggedModels(endpoints, experiments);
    } catch (error) {
      if (dialect.version !== null || !isMissing(error)) throw error;
      isOlder = true;
      traces.isOld = true;
    }
  }
  const traces = new TraceListing(endpoints, concurrency);
  const evaluation = new EvaluationReader(endpoints, concurrency);
  const ofAll: Extras = {
    traces: (experiment, query) => traces.read(experiment, query),
    countTraces: (experiments) => countTraces(traces, experiments),
  };
  if (isOlder) return { ...ofAll, prompts: dialect.mayHavePrompts ? () => readPrompts(client, logger) : undefined };
  return {
    ...ofAll,
    loggedModels,
    prompts: async () => isOlder ? [] : await readPrompts(client, logger),
    evaluationDatasets: async () => isOlder ? [] : await evaluation.datasets(),
    scorers: async (experiments) => isOlder ? [] : await evaluation.scorers(experiments),
    webhooks: async () => isOlder ? [] : await evaluation.webhooks(),
  };
}
