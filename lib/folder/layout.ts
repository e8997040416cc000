/**
 * The names of everything in an export folder (spec, "The folder").
 * @module
 */
import { join } from "node:path";

/** Every file and folder of an export, by what it holds. */
export const LAYOUT = {
  artifacts: "artifacts",
  manifest: "artifacts_manifest.json",
  experiments: "experiment_summary.json",
  datasets: "experiments_runs_datasets.json",
  log: "export.log",
  /** Ours: MLflow 3's logged models, one a line. */
  loggedModels: "logged_models.json",
  /** Ours: what lies below artifacts/ of logged models that no run put out, one a line. */
  loggedModelFiles: "logged_models_files.jsonl",
  models: "models.json",
  /** Ours: MLflow 3's evaluation datasets with their records, one a line. */
  evaluationDatasets: "evaluation_datasets.json",
  /** Ours: MLflow 3's scorers, one a line. */
  scorers: "scorers.json",
  /** Ours: MLflow 3's webhooks, one a line. */
  webhooks: "webhooks.json",
  /** Ours: the prompts of the registry. */
  prompts: "prompts.json",
  /** Ours: traces, one a line. */
  traces: "traces.jsonl",
  runsCsv: "runs.csv",
  runsBasicCsv: "runs_basic.csv",
  runs: "runs.json",
  summary: "summary.json",
  /** Ours: what the folder is an export of, so that it can be imported later; no secrets. */
  about: "export.json",
  /** Ours: the folder as a page that a person looks at. */
  report: "report.html",
  /** Ours, with --parquet: every point of every metric, one a row. */
  metricsParquet: "metrics.parquet",
  /** Ours, with --parquet: every param of every run, one a row. */
  paramsParquet: "params.parquet",
  /** Ours, with --parquet: one run a row. */
  runsParquet: "runs.parquet",
  /** Ours: checkpoint, ledger and lock. */
  state: ".state.sqlite",
  /** Ours: what lies below artifacts/, one run a line. */
  artifactFiles: "artifacts_files.jsonl",
} as const;

/** The paths of a folder and of everything in it that has a name of ours. */
export function pathsOf(folder: string): string[] {
  return [folder, ...Object.values(LAYOUT).map((name) => join(folder, name))];
}

/** The folder's name for a moment: `YYYYMMDD_HHMM_ffffff`, local time, microseconds. */
export function folderName(nowMs: number): string {
  const date = new Date(nowMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const micros = Math.round(nowMs * 1000) % 1_000_000;
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}_` +
    `${two(date.getHours())}${two(date.getMinutes())}_${String(micros).padStart(6, "0")}`;
}

/** Whether a name is one that {@linkcode folderName} makes. */
export function isFolderName(name: string): boolean {
  return /^\d{8}_\d{4}_\d{6}$/.test(name);
}
