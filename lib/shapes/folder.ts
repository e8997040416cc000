/**
 * What the files around the rows hold: summary.json, artifacts_manifest.json, artifacts_files.jsonl and export.json. Writers take the types
 * alone; docs/files.md is made of it, and the tests hold the files to it.
 * @module
 */
import * as z from "zod";
import { count, id, milliseconds, text } from "./values.ts";

/** An entry of artifacts_manifest.json: one of the last two is there. */
export const manifestEntry = z.strictObject({
  run_id: id,
  artifacts_path: text.optional().describe("the folder where the run's artifacts are"),
  artifacts_error: text.optional().describe("why some are not there"),
});

const fetchedFile = z.strictObject({
  path: text.describe("below the folder of the run or model, with / between parts"),
  bytes: count,
  sha256: text,
});

/** A line of artifacts_files.jsonl: what verify holds artifacts/ against. */
export const artifactFilesRow = z.strictObject({ run_id: id, files: z.array(fetchedFile) });

/** A line of logged_models_files.jsonl: the same of a logged model that no run put out. */
export const loggedModelFilesRow = z.strictObject({
  model_id: id,
  files: z.array(fetchedFile),
  error: text.optional().describe("why some are not there"),
});

const importedRow = z.strictObject({
  acknowledged: count.describe("rows that Kiroframe has, acknowledged now or earlier"),
  failed: count.describe("rows that it refused, or did not answer"),
  non_finite_left_out: count,
  thinned_points: count,
  deleted_in_source: z.strictObject({ experiments: z.array(id), runs: z.array(id) }).optional()
    .describe("after a sync: what was sent once and is gone from MLflow"),
});

/** The whole of summary.json: the Python program's keys first, then ours. */
export const summaryShape = z.strictObject({
  mlflow_version: text.nullable().describe("the server's; null where it does not tell, and for a store"),
  experiments: count,
  runs: count,
  dataset_rows: count,
  artifact_entries: count,
  experiments_detail: z.record(z.string(), z.strictObject({ name: text, runs: count, dataset_rows: count }))
    .describe("by experiment id"),
  metric_points: count,
  non_finite_values: count.describe("values that JSON cannot hold"),
  history_errors: count.describe("metrics whose history could not be read"),
  artifact_errors: count.describe("runs of which some artifact could not be fetched"),
  reconciliation: z.record(
    z.string(),
    z.strictObject({ listed: count, written: count, acknowledged: count.nullable() }),
  ).describe("by experiment id: runs that MLflow listed, that the files hold, that Kiroframe has"),
  import: importedRow.nullable(),
  files: z.record(z.string(), z.strictObject({ bytes: count, lines: count, sha256: text }))
    .describe("by file name: what verify holds the folder against"),
  failed_experiments: z.array(z.strictObject({
    experiment_id: id,
    experiment_name: text,
    status: z.int().nullable().describe("of HTTP"),
    reason: text,
  })).optional().describe("experiments whose runs could not be listed"),
  models_error: text.optional().describe("why the registered models could not be listed"),
  artifact_runs: count.optional().describe("runs that have files; as what follows, with --download-artifacts only"),
  artifact_files: count.optional(),
  artifact_bytes: count.optional(),
  runs_without_model_files: count.optional().describe("runs that logged a model and list no file"),
  extras: z.record(
    z.string(),
    z.strictObject({
      found: count.nullable().describe("what the source has; null where it could not tell"),
      exported: count.describe("what is in the folder"),
      error: text.optional().describe("why not all of it is, where it was to be"),
    }),
  ).optional().describe(
    "by kind, what there is besides runs and registered models; without the kinds of which there is nothing",
  ),
});

/** The whole of export.json. */
export const aboutShape = z.object({
  importer_version: text.describe("the version of this program that made the folder"),
  import_source: text.describe("mlflow"),
  import_source_id: text.describe("Kiroframe's import_source_id"),
  tracking_url: text.describe("without credentials"),
  workspace: text.optional().describe("MLflow's, where it is not the default one"),
  options: z.record(z.string(), z.unknown()).describe(
    "those that decide which rows there are: --resume goes on with them",
  ),
  sync: z.object({ number: z.int(), full_at_ms: milliseconds }).optional().describe("in a folder that sync made"),
});

export type ManifestEntry = z.infer<typeof manifestEntry>;
export type ArtifactFilesRow = z.infer<typeof artifactFilesRow>;
export type LoggedModelFilesRow = z.infer<typeof loggedModelFilesRow>;
export type Summary = z.infer<typeof summaryShape>;
