/**
 * What the files of evaluation datasets, scorers and webhooks hold, as lib/shapes/extras.ts says of the others.
 * @module
 */
import * as z from "zod";
import { count, id, isoTime, milliseconds, text, textsByKey } from "./values.ts";

const evaluationRecord = z.strictObject({
  record_id: id,
  inputs: z.unknown().describe("as MLflow keeps it, as are outputs, expectations, tags and source"),
  outputs: z.unknown(),
  expectations: z.unknown(),
  tags: z.unknown(),
  source: z.unknown(),
  source_type: text.nullable().describe("HUMAN, TRACE, CODE, …"),
  source_id: id.nullable(),
  created: milliseconds,
  last_updated: milliseconds,
  created_by: text.nullable(),
  last_updated_by: text.nullable(),
});

/** A line of evaluation_datasets.json. */
export const evaluationDatasetRow = z.strictObject({
  dataset_id: id,
  name: text,
  digest: text.nullable(),
  tags: textsByKey.describe("sorted by key"),
  schema: text.nullable().describe("JSON as MLflow keeps it"),
  profile: text.nullable().describe("JSON as MLflow keeps it"),
  created: milliseconds,
  created_iso: isoTime.nullable(),
  last_updated: milliseconds,
  created_by: text.nullable(),
  last_updated_by: text.nullable(),
  experiment_ids: z.array(id).describe("the experiments that use it, sorted"),
  records: z.array(evaluationRecord).describe("as they were added"),
  records_error: text.optional().describe(
    "why records, or all of them, are missing: exit code 3, and --resume asks for them again",
  ),
});

const scorerVersion = z.strictObject({
  version: count,
  created: milliseconds,
  serialized_scorer: text.describe("JSON as MLflow keeps it"),
});

/** A line of scorers.json. */
export const scorerRow = z.strictObject({
  experiment_id: id,
  experiment_name: text,
  name: text,
  versions: z.array(scorerVersion).describe("all versions, newest first"),
});

/** A line of webhooks.json. */
export const webhookRow = z.strictObject({
  webhook_id: id,
  name: text,
  description: text,
  url: text.describe("without user and password; what signs the messages is never read"),
  events: z.array(text).describe("registered_model.created and the like, sorted"),
  status: text.describe("ACTIVE or DISABLED"),
  created: milliseconds,
  last_updated: milliseconds,
});

export type EvaluationRecordRow = z.infer<typeof evaluationRecord>;
export type EvaluationDatasetRow = z.infer<typeof evaluationDatasetRow>;
export type ScorerRow = z.infer<typeof scorerRow>;
export type ScorerVersionRow = z.infer<typeof scorerVersion>;
export type WebhookRow = z.infer<typeof webhookRow>;
