/**
 * A run's rows of runs_basic.csv and runs.csv, as cells.
 * @module
 */
import { pyFloat } from "../json/exact.ts";
import type { RunRecord } from "../source/mod.ts";
import { datasetNames } from "./run.ts";
import { isoUtc, pandasUtc } from "./time.ts";

export const BASIC_COLUMNS = [
  "experiment_id",
  "experiment_name",
  "run_id",
  "run_name",
  "status",
  "start_time_iso",
  "end_time_iso",
  "dataset_names",
] as const;

/** The run's cells of runs_basic.csv; dataset names are joined by ";". */
export function basicCells({ experiment, run }: RunRecord): string[] {
  return [
    experiment.id,
    experiment.name,
    run.id,
    run.tags.get("mlflow.runName") ?? "",
    run.status,
    isoUtc(run.startTime) ?? "",
    isoUtc(run.endTime) ?? "",
    datasetNames(run.datasets).join(";"),
  ];
}

/** The columns of runs.csv that every run has; those of metrics, params and tags come after them. */
export const RUN_COLUMNS = ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"] as const;

/**
 * The run's cells of runs.csv, by column. Values look as pandas writes them: NaN is an empty cell, infinity is inf.
 */
export function flatCells({ run }: RunRecord): [column: string, cell: string][] {
  const fixed = [
    run.id,
    run.experimentId,
    run.status,
    run.artifactUri,
    pandasUtc(run.startTime),
    pandasUtc(run.endTime),
  ];
  return [
    ...RUN_COLUMNS.map((column, i): [string, string] => [column, fixed[i] ?? ""]),
    ...[...run.metrics].map(([key, value]): [string, string] => [`metrics.${key}`, pandasFloat(value)]),
    ...[...run.params].map(([key, value]): [string, string] => [`params.${key}`, value]),
    ...[...run.tags].map(([key, value]): [string, string] => [`tags.${key}`, value]),
  ];
}

function pandasFloat(value: number): string {
  if (Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return pyFloat(value);
}
