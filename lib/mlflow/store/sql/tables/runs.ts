/**
 * Runs with tags, params, latest values, datasets and models: a query a table for a window of runs.
 * @module
 */
import type { Dataset } from "../../../../source/mod.ts";
import type { FilterableRun } from "../../filter/match.ts";
import { int64, text, textMap } from "../access/cells.ts";
import type { Row, Tables } from "../access/database.ts";
import type { Schema } from "./schema.ts";

/** Reads the runs of the ids, in their order; those that are gone since they were listed are left out. */
export async function readRuns(tables: Tables, schema: Schema, ids: readonly string[]): Promise<FilterableRun[]> {
  // Asked for one behind the other, without waiting for answers in between.
  const [rows, tags, params, latest, datasets, models] = await Promise.all([
    tables.rows(
      "select r.run_uuid, r.experiment_id, r.status, r.lifecycle_stage, r.start_time, r.end_time, r.artifact_uri, " +
        "r.name, r.user_id from runs r where r.run_uuid in ?",
      [ids],
    ),
    entries(tables, "tags", ids),
    entries(tables, "params", ids),
    latestMetrics(tables, schema, ids),
    readDatasets(tables, schema, ids),
    modelIds(tables, schema, ids),
  ]);
  const about = new Map(rows.map((row) => [String(row[0]), row]));
  const metrics = Map.groupBy(latest, ([id]) => String(id));
  return ids.flatMap((id): FilterableRun[] => {
    const row = about.get(id);
    if (row === undefined) return [];
    const [_id, experimentId, status, stage, start, end, artifactUri, name, userId] = row;
    const latest = metrics.get(id) ?? [];
    return [{
      id,
      experimentId: String(experimentId),
      status: text(status),
      lifecycleStage: text(stage),
      startTime: int64(start),
      // The server's messages cannot tell an end of 0 from none.
      endTime: int64(end) || null,
      artifactUri: text(artifactUri),
      name: text(name),
      userId: text(userId),
      tags: textMap(tags.get(id)),
      params: textMap(params.get(id)),
      metrics: new Map(latest.map(([_id, key, value, isNan]) => [text(key), isNan ? NaN : Number(value)])),
      latestPlaces: new Map(latest.map(([_id, key, _value, _isNan, step, timestamp]) => [
        text(key),
        { step: int64(step), timestamp: int64(timestamp) },
      ])),
      datasets: datasets.get(id) ?? [],
      modelIds: models.get(id)?.map(([_id, modelId]) => text(modelId)) ?? [],
    }];
  });
}

async function entries(
  tables: Tables,
  table: "tags" | "params",
  ids: readonly string[],
): Promise<Map<string, Row[]>> {
  const rows = await tables.rows(
    `select t.run_uuid, t.key, t.value from ${table} t where t.run_uuid in ? ` +
      `order by t.run_uuid, ${tables.orderOf("t", "key")}`,
    [ids],
  );
  return Map.groupBy(rows, ([id]) => String(id));
}

/** Rows of (run, key, value, is_nan, step, timestamp). Before 1.3 there is no table of them: they are made as MLflow's upgrade makes them. */
async function latestMetrics(tables: Tables, schema: Schema, ids: readonly string[]): Promise<readonly Row[]> {
  if (schema.has("latest_metrics")) {
    return await tables.rows(
      "select m.run_uuid, m.key, m.value, m.is_nan, m.step, m.timestamp from latest_metrics m where m.run_uuid in ? " +
        `order by m.run_uuid, ${tables.orderOf("m", "key")}`,
      [ids],
    );
  }
  const step = schema.column("metrics", "m.step", "0");
  const isNan = schema.column("metrics", "m.is_nan", "(1 = 0)");
  return await tables.rows(
    "select l.run_uuid, l.key, l.value, l.is_nan, l.step, l.timestamp from " +
      `(select m.run_uuid, m.key, m.value, ${isNan} as is_nan, ${step} as step, m.timestamp, ` +
      `row_number() over (partition by m.run_uuid, m.key order by ${step} desc, m.timestamp desc, m.value desc) as place ` +
      "from metrics m where m.run_uuid in ?) l where l.place = 1 order by l.run_uuid, l.key",
    [ids],
  );
}

/** By run: the server gives a dataset that a run uses twice once, with the tags of both. */
async function readDatasets(
  tables: Tables,
  schema: Schema,
  ids: readonly string[],
): Promise<Map<string, readonly Dataset[]>> {
  if (!schema.has("inputs") || !schema.has("datasets")) return new Map();
  // As the server asks (sqlalchemy_store.py, _get_run_inputs): so it is in whatever order the database gives to both.
  const rows = await tables.rows(
    "select i.input_uuid, i.destination_id, d.dataset_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, " +
      "d.dataset_schema, d.dataset_profile, t.name, t.value from inputs i join datasets d on i.source_id = d.dataset_uuid " +
      "left outer join input_tags t on t.input_uuid = i.input_uuid " +
      "where i.destination_type = 'RUN' and i.destination_id in ? order by i.destination_id",
    [ids],
  );
  const byRun = Map.groupBy(rows, ([_input, runId]) => String(runId));
  return new Map([...byRun].map(([runId, ofRun]) => [
    runId,
    [...Map.groupBy(ofRun, ([_input, _runId, dataset]) => dataset).values()].map(datasetOf),
  ]));
}

function datasetOf(rows: readonly Row[]): Dataset {
  const [_input, _runId, _uuid, name, digest, sourceType, source, schema, profile] = rows[0] as Row;
  const context = rows.findLast((row) => row[9] === "mlflow.data.context")?.[10];
  return {
    name: text(name),
    digest: text(digest),
    sourceType: text(sourceType),
    source: text(source),
    schema: text(schema) || null,
    profile: text(profile) || null,
    context: context === undefined ? null : text(context),
  };
}

/** Rows of (run, model): since MLflow 3.0. */
async function modelIds(tables: Tables, schema: Schema, ids: readonly string[]): Promise<Map<string, Row[]>> {
  if (!schema.has("logged_models")) return new Map();
  const rows = await tables.rows(
    "select i.source_id, i.destination_id from inputs i " +
      "where i.source_type = 'RUN_OUTPUT' and i.source_id in ? and i.destination_type = 'MODEL_OUTPUT'",
    [ids],
  );
  return Map.groupBy(rows, ([id]) => String(id));
}
