/**
 * evaluation_datasets.json, scorers.json and webhooks.json.
 * @module
 */
import { endsEverything, messageOf } from "../../errors.ts";
import { LAYOUT } from "../../folder/layout.ts";
import { datasetLine, scorerLine, webhookLine } from "../../rows/evaluation.ts";
import { compareCodePoints } from "../../rows/tally.ts";
import { byCreation } from "../../source/in_order.ts";
import type { EvaluationDataset, EvaluationRecord, Extras, Scorer, Webhook } from "../../source/mod.ts";
import type { ExtraCount } from "../state/extras.ts";
import type { ExtrasOptions } from "./options.ts";

/** What there is of a kind that the source does not tell. */
const UNTOLD: ExtraCount = { found: null, exported: 0 };

/** Writes evaluation_datasets.json, newest first. Records that cannot be read are told in their dataset's line, and counted as a failure. */
export async function writeDatasets(
  list: NonNullable<Extras["evaluationDatasets"]>,
  options: ExtrasOptions,
): Promise<ExtraCount> {
  const datasets = await list();
  if (datasets === null) return UNTOLD;
  const failures: string[] = [];
  const lines = datasetLines(datasets.toSorted(byCreation), failures, options);
  await options.folder.writeLines("evaluationDatasets", lines);
  const found = datasets.length;
  tell(found, ["evaluation dataset", LAYOUT.evaluationDatasets], options);
  const error = failures.length === 0 ? undefined : `the records of ${failures.length} of ${found} could not be read`;
  return { found, exported: found, error };
}

async function* datasetLines(
  datasets: readonly EvaluationDataset[],
  failures: string[],
  options: ExtrasOptions,
): AsyncGenerator<string> {
  const { redact = (text) => text, logger, signal } = options;
  for (const dataset of datasets) {
    signal?.throwIfAborted();
    let failure: string | undefined;
    const onFailure = (error: unknown): void => {
      failure = redact(messageOf(error));
      failures.push(failure);
      logger.warn(`Records of evaluation dataset ${dataset.id}: ${failure}`);
    };
    yield* datasetLine(dataset, {
      experimentIds: await dataset.experimentIds(),
      records: readable(dataset, { onFailure, signal }),
      failure: () => failure,
    });
    yield "\n";
  }
}

/** The records up to the first that cannot be read. Rejects with what ends the whole export. */
async function* readable(
  dataset: EvaluationDataset,
  { onFailure, signal }: Pick<ExtrasOptions, "signal"> & { readonly onFailure: (error: unknown) => void },
): AsyncGenerator<EvaluationRecord> {
  try {
    for await (const record of dataset.records()) {
      signal?.throwIfAborted();
      yield record;
    }
  } catch (error) {
    if (signal?.aborted || endsEverything(error)) throw error;
    onFailure(error);
  }
}

/** Writes scorers.json: by experiment, in the order of the export, and by name. */
export async function writeScorers(
  list: NonNullable<Extras["scorers"]>,
  options: ExtrasOptions,
): Promise<ExtraCount> {
  const scorers = await list(options.experiments);
  if (scorers === null) return UNTOLD;
  const byExperiment = Map.groupBy(scorers, ({ experimentId }) => experimentId);
  const lines = options.experiments.flatMap((experiment) =>
    (byExperiment.get(experiment.id) ?? []).toSorted(byName).map((scorer) => `${scorerLine(scorer, experiment)}\n`)
  );
  await options.folder.writeLines("scorers", lines);
  tell(lines.length, ["scorer", LAYOUT.scorers], options);
  return { found: lines.length, exported: lines.length };
}

/** Writes webhooks.json, newest first. */
export async function writeWebhooks(
  list: NonNullable<Extras["webhooks"]>,
  options: ExtrasOptions,
): Promise<ExtraCount> {
  const webhooks = await list();
  if (webhooks === null) return UNTOLD;
  const found = webhooks.length;
  await options.folder.writeLines(
    "webhooks",
    webhooks.toSorted(byCreation).map((one: Webhook) => `${webhookLine(one)}\n`),
  );
  tell(found, ["webhook", LAYOUT.webhooks], options);
  return { found, exported: found };
}

function byName(a: Scorer, b: Scorer): number {
  return compareCodePoints(a.name, b.name);
}

function tell(count: number, [noun, file]: readonly [noun: string, file: string], { logger }: ExtrasOptions): void {
  if (count > 0) logger.info(`Wrote ${count} ${noun}${count === 1 ? "" : "s"}: ${file}`);
}
