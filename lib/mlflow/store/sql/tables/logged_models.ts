/**
 * Logged models, and where their files are: since MLflow 3.0.
 * @module
 */
import type { Experiment, LoggedModel, LoggedModelMetric, Run } from "../../../../source/mod.ts";
import { loggedModelStatus } from "../../../extras/logged_model_status.ts";
import type { ModelFolder } from "../../artifacts.ts";
import { int64, text, textMap } from "../access/cells.ts";
import type { Database, Parameter, Row, Tables } from "../access/database.ts";
import type { Schema } from "./schema.ts";

/** Reads the folders of the models that a run put out, the newest first; those that were deleted since are left out. */
export async function modelFolders(database: Database, schema: Schema, run: Run): Promise<ModelFolder[]> {
  if (run.modelIds.length === 0 || !schema.has("logged_models")) return [];
  const rows = await database.rows(
    "select l.model_id, l.name, l.artifact_location from logged_models l " +
      "where l.model_id in ? and l.lifecycle_stage = 'active' order by l.creation_timestamp_ms desc",
    [run.modelIds],
  );
  return rows.map(([modelId, name, uri]) => ({ modelId: text(modelId), name: text(name), uri: text(uri) }));
}

/** Reads the URI of a model's files; "" where there is no such model. */
export async function modelFolder(database: Database, schema: Schema, id: string): Promise<string> {
  if (!schema.has("logged_models")) return "";
  const rows = await database.rows("select l.artifact_location from logged_models l where l.model_id = ?", [id]);
  return text(rows[0]?.[0]);
}

/** Models that are read at once. */
const WINDOW = 200;

/** Gives the models of the experiments that are not deleted, as the server lists them: newest first, then by id. */
export async function* readLoggedModels(
  database: Database,
  schema: Schema,
  experiments: readonly Experiment[],
): AsyncGenerator<LoggedModel> {
  if (!schema.has("logged_models")) return;
  const wanted = new Set(experiments.map(({ id }) => id));
  let last: Row | undefined;
  for (;;) {
    const { rows, models } = await database.atOnce((tables) => readWindow(tables, last));
    yield* models.filter(({ experimentId }) => wanted.has(experimentId));
    last = rows.at(-1);
    if (last === undefined || rows.length < WINDOW) return;
  }
}

/** Whatever is added meanwhile: a model keeps its time and its id. */
async function readWindow(
  tables: Tables,
  after: Row | undefined,
): Promise<{ readonly rows: readonly Row[]; readonly models: readonly LoggedModel[] }> {
  const place = "and (l.creation_timestamp_ms < ? or l.creation_timestamp_ms = ? and l.model_id > ?) ";
  const values = after === undefined ? [] : [after[1], after[1], after[0]] as Parameter[];
  const rows = await tables.rows(
    "select l.model_id, l.creation_timestamp_ms, l.experiment_id, l.name, l.status, l.model_type, l.source_run_id, " +
      "l.artifact_location, l.last_updated_timestamp_ms from logged_models l where l.lifecycle_stage = 'active' " +
      `${after === undefined ? "" : place}order by l.creation_timestamp_ms desc, l.model_id limit ${WINDOW}`,
    values,
  );
  const ids = rows.map(([id]) => text(id));
  const of = async (table: string, columns: string): Promise<Map<string, Row[]>> =>
    ids.length === 0 ? new Map() : Map.groupBy(
      await tables.rows(`select t.model_id, ${columns} from logged_model_${table} t where t.model_id in ?`, [ids]),
      ([id]) => text(id),
    );
  const tags = await of("tags", "t.tag_key, t.tag_value");
  const params = await of("params", "t.param_key, t.param_value");
  const metrics = await of(
    "metrics",
    "t.metric_name, t.metric_value, t.metric_step, t.metric_timestamp_ms, t.run_id, t.dataset_name, t.dataset_digest",
  );
  const models = rows.map(([id, created, experimentId, name, status, type, runId, location, updated]): LoggedModel => ({
    id: text(id),
    experimentId: String(experimentId),
    name: text(name),
    status: loggedModelStatus(Number(status)),
    modelType: text(type) || null,
    sourceRunId: text(runId) || null,
    artifactLocation: text(location),
    created: int64(created),
    lastUpdated: int64(updated),
    tags: textMap(tags.get(text(id))),
    params: textMap(params.get(text(id))),
    metrics: (metrics.get(text(id)) ?? []).map(metricOf),
  }));
  return { rows, models };
}

function metricOf([_id, key, value, step, timestamp, runId, datasetName, datasetDigest]: Row): LoggedModelMetric {
  return {
    key: text(key),
    value: Number(value),
    step: int64(step),
    timestamp: int64(timestamp),
    runId: text(runId) || null,
    datasetName: text(datasetName) || null,
    datasetDigest: text(datasetDigest) || null,
  };
}
