/**
 * Evaluation datasets, scorers and webhooks as their files have them: one a line. None goes to Kiroframe.
 * @module
 */
import { type JsonRow, pythonJson, type RowOf } from "../json/python.ts";
import type {
  EvaluationDatasetRow,
  EvaluationRecordRow,
  ScorerRow,
  ScorerVersionRow,
  WebhookRow,
} from "../shapes/evaluation.ts";
import type { EvaluationDataset, EvaluationRecord, Experiment, Scorer, Webhook } from "../source/mod.ts";
import { jsonRow } from "./foreign_json.ts";
import { inKeyOrder } from "./in_key_order.ts";
import { compareCodePoints } from "./tally.ts";
import { isoUtc } from "./time.ts";

/** What a line of a dataset is made of besides the dataset. */
export interface DatasetParts {
  readonly experimentIds: readonly string[];
  readonly records: AsyncIterable<EvaluationRecord>;
  /** Asked when the records have ended: why there are no more of them; undefined where these are all. */
  readonly failure: () => string | undefined;
}

/** Pieces of one dataset's line, without its newline: there may be more records than memory holds. */
export async function* datasetLine(
  dataset: EvaluationDataset,
  { experimentIds, records, failure }: DatasetParts,
): AsyncGenerator<string> {
  const head = pythonJson(
    {
      dataset_id: dataset.id,
      name: dataset.name,
      digest: dataset.digest,
      tags: inKeyOrder(dataset.tags),
      schema: dataset.schema,
      profile: dataset.profile,
      created: dataset.created,
      created_iso: isoUtc(dataset.created),
      last_updated: dataset.lastUpdated,
      created_by: dataset.createdBy,
      last_updated_by: dataset.lastUpdatedBy,
      experiment_ids: experimentIds.toSorted(compareCodePoints),
    } satisfies RowOf<Omit<EvaluationDatasetRow, "records" | "records_error">>,
  );
  yield `${head.slice(0, -1)}, "records": [`;
  let separator = "";
  for await (const record of records) {
    yield separator + pythonJson(recordRow(record));
    separator = ", ";
  }
  const error = failure();
  yield error === undefined ? "]}" : `], "records_error": ${pythonJson(error)}}`;
}

function recordRow(record: EvaluationRecord): JsonRow {
  return {
    record_id: record.id,
    inputs: jsonRow(record.inputs),
    outputs: jsonRow(record.outputs),
    expectations: jsonRow(record.expectations),
    tags: jsonRow(record.tags),
    source: jsonRow(record.source),
    source_type: record.sourceType,
    source_id: record.sourceId,
    created: record.created,
    last_updated: record.lastUpdated,
    created_by: record.createdBy,
    last_updated_by: record.lastUpdatedBy,
  } satisfies RowOf<EvaluationRecordRow>;
}

/** One scorer's line, without its newline. */
export function scorerLine(scorer: Scorer, { name }: Pick<Experiment, "name">): string {
  return pythonJson(
    {
      experiment_id: scorer.experimentId,
      experiment_name: name,
      name: scorer.name,
      versions: scorer.versions.map(({ version, created, serialized }) =>
        ({ version, created, serialized_scorer: serialized }) satisfies RowOf<ScorerVersionRow>
      ),
    } satisfies RowOf<ScorerRow>,
  );
}

/** One webhook's line, without its newline. */
export function webhookLine({ id, name, description, url, events, status, created, lastUpdated }: Webhook): string {
  return pythonJson(
    {
      webhook_id: id,
      name,
      description,
      url,
      events: events.toSorted(compareCodePoints),
      status,
      created,
      last_updated: lastUpdated,
    } satisfies RowOf<WebhookRow>,
  );
}
