/**
 * A run's rows of experiments_runs_datasets.json (spec, "Keys", dataset row).
 * @module
 */
import { pythonJson, type RowOf } from "../json/python.ts";
import type { DatasetRow } from "../shapes/rows.ts";
import type { Dataset, RunRecord } from "../source/mod.ts";
import { isoUtc } from "./time.ts";

type DatasetColumns = Pick<DatasetRow, Extract<keyof DatasetRow, `dataset_${string}`>>;
type RunColumns = Omit<DatasetRow, keyof DatasetColumns>;

/** The run's lines, without newlines: one a dataset, or one of nulls for a run that has none. */
export function datasetLines(record: RunRecord, includeSchemaProfile: boolean): string[] {
  const { run } = record;
  const rows = run.datasets.length === 0
    ? [nullRow(includeSchemaProfile)]
    : run.datasets.map((dataset) => datasetRow(dataset, includeSchemaProfile));
  const common = runColumns(record);
  return rows.map((row) => pythonJson({ ...common, ...row }));
}

function runColumns({ experiment, run }: RunRecord): RowOf<RunColumns> {
  return {
    experiment_id: experiment.id,
    experiment_name: experiment.name,
    run_id: run.id,
    run_name: run.tags.get("mlflow.runName") ?? null,
    status: run.status,
    start_time: run.startTime,
    end_time: run.endTime,
    start_time_iso: isoUtc(run.startTime),
    end_time_iso: isoUtc(run.endTime),
  };
}

function datasetRow(dataset: Dataset, includeSchemaProfile: boolean): RowOf<DatasetColumns> {
  return {
    dataset_name: dataset.name,
    dataset_digest: dataset.digest,
    dataset_context: dataset.context,
    dataset_source_type: dataset.sourceType,
    dataset_source: dataset.source,
    dataset_role: dataset.context === "output" ? "produced" : "used",
    // MLflow's REST gives datasets no id of their own: this is the reference's stand-in, by characters, not bytes.
    dataset_id: `${dataset.name}:${[...dataset.digest].slice(0, 8).join("")}`,
    ...(includeSchemaProfile ? { dataset_schema: dataset.schema, dataset_profile: dataset.profile } : {}),
  };
}

function nullRow(includeSchemaProfile: boolean): RowOf<DatasetColumns> {
  return {
    dataset_name: null,
    dataset_digest: null,
    dataset_context: null,
    dataset_source_type: null,
    dataset_source: null,
    ...(includeSchemaProfile ? { dataset_schema: null, dataset_profile: null } : {}),
  };
}
