/** A sandboxed world as a SQLite file with the tables of a real MLflow. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { World } from "../../../../sandbox/world/mod.ts";
import type { MetricPoint } from "../../../../lib/source/mod.ts";

/** The releases whose tables are kept in tests/fixtures/databases. */
export type SchemaVersion = "3.17.2" | "1.24.0";

const STATUSES = ["", "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

/** Makes a file with the tables of a release, and nothing in them. */
export function createTables(path: string, version: SchemaVersion): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(Deno.readTextFileSync(new URL(`../../../fixtures/databases/${version}.sql`, import.meta.url)));
  return database;
}

/** Writes a world into a file, in the order of the world. */
export function writeWorld(path: string, world: World, version: SchemaVersion = "3.17.2"): void {
  const database = createTables(path, version);
  const statements = new Map<string, StatementSync>();
  const insert = (table: string, row: Readonly<Record<string, SQLInputValue | undefined>>): void => {
    const cells = Object.entries(row).filter(([, cell]) => cell !== undefined);
    const names = cells.map(([name]) => name);
    const key = `${table} ${names}`;
    const statement = statements.get(key) ?? database.prepare(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(", ")}) values (${
        names.map(() => "?").join(", ")
      })`,
    );
    statements.set(key, statement);
    statement.run(...cells.map(([_name, cell]) => cell as SQLInputValue));
  };
  const isNew = version === "3.17.2";
  database.exec("begin");
  for (const experiment of world.experiments.values()) {
    insert("experiments", {
      experiment_id: Number(experiment.id),
      name: experiment.name,
      artifact_location: experiment.artifactLocation,
      lifecycle_stage: experiment.lifecycleStage,
      ...(isNew ? { creation_time: experiment.creationTime, last_update_time: experiment.lastUpdateTime } : {}),
    });
    for (const [key, value] of experiment.tags) {
      insert("experiment_tags", { experiment_id: Number(experiment.id), key, value });
    }
  }
  let links = 0;
  for (const run of world.runs.values()) {
    insert("runs", {
      run_uuid: run.id,
      name: run.name,
      user_id: run.userId,
      status: run.status,
      start_time: run.startTime,
      end_time: run.endTime,
      lifecycle_stage: run.lifecycleStage,
      artifact_uri: run.artifactUri,
      experiment_id: Number(run.experimentId),
    });
    for (const [key, value] of run.tags) insert("tags", { run_uuid: run.id, key, value });
    for (const [key, value] of run.params) insert("params", { run_uuid: run.id, key, value });
    for (const [key, series] of run.metrics) {
      for (let index = 0; index < series.length; index++) {
        insert("metrics", { run_uuid: run.id, key, ...stored(series.at(index)) });
      }
      insert("latest_metrics", { run_uuid: run.id, key, ...stored(series.latest()) });
    }
    if (!isNew) continue;
    for (const dataset of run.datasets) {
      const id = `${run.experimentId} ${dataset.name} ${dataset.digest}`;
      if (database.prepare("select 1 from datasets where dataset_uuid = ?").get(id) === undefined) {
        insert("datasets", {
          dataset_uuid: id,
          experiment_id: Number(run.experimentId),
          name: dataset.name,
          digest: dataset.digest,
          dataset_source_type: dataset.sourceType,
          dataset_source: dataset.source,
          dataset_schema: dataset.schema,
          dataset_profile: dataset.profile,
        });
      }
      const input = `input ${++links}`;
      insert("inputs", {
        input_uuid: input,
        source_type: "DATASET",
        source_id: id,
        destination_type: "RUN",
        destination_id: run.id,
      });
      for (const [name, value] of dataset.tags) insert("input_tags", { input_uuid: input, name, value });
    }
    for (const { modelId, step } of run.modelOutputs) {
      insert("inputs", {
        input_uuid: `output ${++links}`,
        source_type: "RUN_OUTPUT",
        source_id: run.id,
        destination_type: "MODEL_OUTPUT",
        destination_id: modelId,
        step,
      });
    }
  }
  for (const model of isNew ? world.loggedModels.values() : []) {
    insert("logged_models", {
      model_id: model.id,
      experiment_id: Number(model.experimentId),
      name: model.name,
      artifact_location: model.artifactUri,
      creation_timestamp_ms: model.creationTimestamp,
      last_updated_timestamp_ms: model.creationTimestamp,
      status: STATUSES.indexOf(model.status ?? "LOGGED_MODEL_READY"),
      lifecycle_stage: "active",
      source_run_id: model.sourceRunId,
    });
    const of = { model_id: model.id, experiment_id: Number(model.experimentId) };
    for (const [key, value] of model.tags ?? []) insert("logged_model_tags", { ...of, tag_key: key, tag_value: value });
    for (const [key, value] of model.params ?? []) {
      insert("logged_model_params", { ...of, param_key: key, param_value: value });
    }
    for (const metric of model.metrics ?? []) {
      insert("logged_model_metrics", {
        ...of,
        metric_name: metric.key,
        metric_value: metric.value,
        metric_step: metric.step,
        metric_timestamp_ms: metric.timestamp,
        run_id: metric.runId ?? undefined,
        dataset_name: metric.datasetName,
        dataset_digest: metric.datasetDigest,
      });
    }
  }
  for (const model of world.models.values()) {
    const { name } = model;
    insert("registered_models", {
      name,
      description: model.description,
      creation_time: model.creationTimestamp,
      last_updated_time: model.lastUpdatedTimestamp,
    });
    for (const [key, value] of model.tags) insert("registered_model_tags", { name, key, value });
    for (const one of model.versions) {
      insert("model_versions", {
        name,
        version: one.version,
        creation_time: one.creationTimestamp,
        last_updated_time: one.lastUpdatedTimestamp,
        description: one.description,
        current_stage: one.currentStage,
        source: one.source,
        run_id: one.runId,
        status: one.status,
      });
      for (const [key, value] of one.tags) {
        insert("model_version_tags", { name, version: one.version, key, value });
      }
    }
    for (const [alias, one] of isNew ? model.aliases : []) {
      insert("registered_model_aliases", { name, alias, version: one });
    }
  }
  database.exec("commit");
  database.close();
}

function stored({ step, timestamp, value }: MetricPoint): Record<string, SQLInputValue> {
  const [most, isNan] = [Number.MAX_VALUE, Number.isNaN(value)];
  return {
    step,
    timestamp,
    value: isNan ? 0 : Math.max(-most, Math.min(most, value)),
    is_nan: Number(isNan),
  };
}
