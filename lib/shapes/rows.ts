/**
 * What a row of each file holds, as whoever reads the folder finds it (spec, "Keys"): experiment_summary.json, runs.json,
 * experiments_runs_datasets.json and models.json. The writers take the types alone, so that nothing of this costs them time;
 * docs/files.md is made of it, and the tests hold the files to it.
 * @module
 */
import * as z from "zod";
import { count, float, id, int64, isoTime, milliseconds, text, textsByKey } from "./values.ts";

/** A line of experiment_summary.json: what goes to Kiroframe as import type 1. */
export const experimentRow = z.strictObject({
  experiment_id: id,
  experiment_name: text,
  description: text.nullable().describe("tag mlflow.note.content, else description"),
  owner: text.nullable().describe("tag mlflow.owner, else owner"),
  artifact_location: text,
  lifecycle_stage: text.describe("active or deleted"),
  runs_total: count.describe("runs of the whole experiment, whatever was selected"),
  status_counts: z.record(z.string(), count).describe("runs by status: FINISHED, FAILED, SCHEDULED, RUNNING, KILLED"),
  first_run_start_time: milliseconds.nullable(),
  first_run_start_time_iso: isoTime.nullable(),
  last_run_end_time: milliseconds.nullable(),
  last_run_end_time_iso: isoTime.nullable(),
  metrics: z.array(text).describe("names of all runs' metrics, sorted by code point, as are the lists below"),
  params: z.array(text),
  tag_keys: z.array(text),
  dataset_names: z.array(text),
});

/** One recorded value of a metric. */
const metricPoint = z.strictObject({
  step: int64,
  ts: milliseconds,
  value: float,
});

const runDataset = z.strictObject({
  name: text,
  digest: text,
  context: text.nullable().describe("tag mlflow.data.context of the input"),
  source_type: text,
  source: text,
  schema: text.nullable().optional().describe("not with --no-include-schema-profile"),
  profile: text.nullable().optional().describe("not with --no-include-schema-profile"),
});

/** A line of runs.json: what goes to Kiroframe as import type 2. */
export const runRow = z.strictObject({
  experiment_name: text,
  experiment_id: id,
  run_id: id,
  status: text.describe("FINISHED, FAILED, SCHEDULED, RUNNING or KILLED"),
  lifecycle_stage: text.describe("active or deleted"),
  start_time: milliseconds,
  end_time: milliseconds.nullable(),
  start_time_iso: isoTime.nullable(),
  end_time_iso: isoTime.nullable(),
  tags: textsByKey,
  params: textsByKey,
  metrics_latest: z.record(z.string(), float).describe(
    "the value of each metric that MLflow shows for the run",
  ),
  metrics_history: z.record(z.string(), z.union([z.array(metricPoint), z.strictObject({ error: text })]))
    .describe("every point of each metric, or why it could not be read"),
  datasets: z.array(runDataset),
  dataset_names: z.array(text).describe("names of the datasets above that have one"),
});

const datasetColumns = {
  experiment_id: id,
  experiment_name: text,
  run_id: id,
  run_name: text.nullable().describe("tag mlflow.runName"),
  status: text,
  start_time: milliseconds,
  end_time: milliseconds.nullable(),
  start_time_iso: isoTime.nullable(),
  end_time_iso: isoTime.nullable(),
  dataset_name: text.nullable().describe("null, as what follows, where the run has no dataset"),
  dataset_digest: text.nullable(),
  dataset_context: text.nullable(),
  dataset_source_type: text.nullable(),
  dataset_source: text.nullable(),
  dataset_role: z.enum(["produced", "used"]).optional()
    .describe("produced where the context is output; absent, as the id, in a row without dataset"),
  dataset_id: text.optional().describe("name:first 8 characters of the digest"),
  dataset_schema: text.nullable().optional().describe("not with --no-include-schema-profile"),
  dataset_profile: text.nullable().optional().describe("not with --no-include-schema-profile"),
};

/** A line of experiments_runs_datasets.json: one a run and dataset, one of nulls for a run without any. */
export const datasetRow = z.strictObject(datasetColumns);

const modelVersionRow = z.strictObject({
  version: text,
  current_stage: text,
  status: text,
  run_id: text,
  source: text,
  description: text,
  created: milliseconds,
  last_updated: milliseconds,
  tags: textsByKey,
  aliases: z.array(text),
});

/** An element of models.json, all of which go to Kiroframe in one call as import type 3. */
export const modelRow = z.strictObject({
  name: text,
  description: text,
  tags: textsByKey,
  created: milliseconds,
  last_updated: milliseconds,
  latest_versions: z.array(modelVersionRow).describe("all versions, newest first"),
});

export type ExperimentRow = z.infer<typeof experimentRow>;
export type RunRow = z.infer<typeof runRow>;
export type RunDatasetRow = z.infer<typeof runDataset>;
export type DatasetRow = z.infer<typeof datasetRow>;
export type ModelRow = z.infer<typeof modelRow>;
export type ModelVersionRow = z.infer<typeof modelVersionRow>;
