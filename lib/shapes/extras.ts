/**
 * What the files of what MLflow has besides runs and registered models hold: none of it goes to Kiroframe. Writers take the types alone;
 * docs/files.md is made of it, and the tests hold the files to it.
 * @module
 */
import * as z from "zod";
import { count, float, id, int64, isoTime, milliseconds, text, textsByKey } from "./values.ts";

const loggedModelMetric = z.strictObject({
  key: text,
  value: float,
  step: int64,
  timestamp: milliseconds,
  run_id: id.nullable(),
  dataset_name: text.nullable(),
  dataset_digest: text.nullable(),
});

/** A line of logged_models.json. */
export const loggedModelRow = z.strictObject({
  model_id: id,
  creation_timestamp: milliseconds,
  creation_timestamp_iso: isoTime.nullable(),
  last_updated_timestamp: milliseconds,
  experiment_id: id,
  experiment_name: text,
  name: text,
  status: text.describe("PENDING, READY or FAILED"),
  model_type: text.nullable(),
  source_run_id: id.nullable(),
  artifact_location: text,
  tags: textsByKey.describe("sorted by key, as are params and metrics"),
  params: textsByKey,
  metrics: z.array(loggedModelMetric).describe("all values that were logged of it"),
  registered_versions: z.array(z.strictObject({ name: text, version: text }))
    .describe("as the tag mlflow.modelVersions tells; their aliases are in models.json"),
});

const promptVersionRow = z.strictObject({
  version: text,
  type: text.describe("text, or chat where the text is JSON of messages"),
  text: text.describe("the template"),
  commit_message: text.nullable(),
  response_format: text.nullable().describe("JSON as MLflow keeps it"),
  model_config: text.nullable().describe("JSON as MLflow keeps it"),
  created: milliseconds,
  last_updated: milliseconds,
  tags: textsByKey.describe("without those in which MLflow keeps the above"),
  aliases: z.array(text).describe("sorted"),
});

/** An element of prompts.json. */
export const promptRow = z.strictObject({
  name: text,
  description: text,
  tags: textsByKey,
  created: milliseconds,
  last_updated: milliseconds,
  versions: z.array(promptVersionRow).describe("all versions, newest first"),
});

/** A line of traces.jsonl. */
export const traceRow = z.strictObject({
  trace_id: id,
  experiment_id: id,
  experiment_name: text,
  client_request_id: id.nullable(),
  state: text.describe("OK, ERROR, IN_PROGRESS or STATE_UNSPECIFIED"),
  request_time: milliseconds,
  request_time_iso: isoTime.nullable(),
  execution_duration_ms: count.nullable(),
  request_preview: text.nullable(),
  response_preview: text.nullable(),
  trace_metadata: textsByKey.describe("sorted by key, as are the tags"),
  tags: textsByKey,
  assessments: z.array(z.unknown()).describe("feedback and expectations, as MLflow's REST tells them"),
  spans: z.array(z.unknown()).optional().describe("with --trace-spans only, as MLflow keeps them"),
  spans_error: text.optional().describe("why they could not be read: exit code 3, and --resume asks for them again"),
});

export type TraceRow = z.infer<typeof traceRow>;
export type LoggedModelRow = z.infer<typeof loggedModelRow>;
export type LoggedModelMetricRow = z.infer<typeof loggedModelMetric>;
export type PromptRow = z.infer<typeof promptRow>;
export type PromptVersionRow = z.infer<typeof promptVersionRow>;
