/**
 * Evaluation datasets, scorers and webhooks, from their tables: since MLflow 3.3 and 3.4.
 * @module
 */
import { parseJson } from "../../../../json/exact.ts";
import type { EvaluationDataset, EvaluationRecord, Experiment, Json, Scorer, Webhook } from "../../../../source/mod.ts";
import { webhookEvent, webhookUrl } from "../../../extras/webhooks.ts";
import { int64, text, textMap } from "../access/cells.ts";
import type { Database, Parameter, Row } from "../access/database.ts";
import type { Schema } from "./schema.ts";

/** Records that are read at once: each may hold a long text. */
const WINDOW = 200;

/** Where the rows are read from. */
export interface EvaluationTables {
  readonly database: Database;
  readonly schema: Schema;
  readonly workspace: string;
}

/** Reads the evaluation datasets of a workspace. */
export async function readDatasets(tables: EvaluationTables): Promise<EvaluationDataset[]> {
  const { database, schema } = tables;
  if (!schema.has("evaluation_datasets")) return [];
  const rows = await ofWorkspace(tables, "evaluation_datasets", [
    "t.dataset_id, t.name, t.digest, t.schema, t.profile, t.created_time, t.last_update_time, t.created_by",
    "t.last_updated_by",
  ]);
  const tags = await ofDatasets(database, rows, "select t.dataset_id, t.key, t.value from evaluation_dataset_tags t");
  return rows.map(([id, name, digest, shape, profile, created, updated, createdBy, updatedBy]): EvaluationDataset => ({
    id: text(id),
    name: text(name),
    digest: text(digest) || null,
    tags: textMap(tags.get(text(id))),
    schema: text(shape) || null,
    profile: text(profile) || null,
    created: int64(created),
    lastUpdated: int64(updated),
    createdBy: text(createdBy) || null,
    lastUpdatedBy: text(updatedBy) || null,
    experimentIds: () => experimentIds(database, text(id)),
    records: () => readRecords(tables, text(id)),
  }));
}

async function ofDatasets(database: Database, rows: readonly Row[], select: string): Promise<Map<string, Row[]>> {
  if (rows.length === 0) return new Map();
  return Map.groupBy(
    await database.rows(`${select} where t.dataset_id in ?`, [rows.map(([id]) => text(id))]),
    ([id]) => text(id),
  );
}

async function experimentIds(database: Database, datasetId: string): Promise<string[]> {
  const rows = await database.rows(
    "select t.destination_id from entity_associations t where t.source_type = 'evaluation_dataset' " +
      "and t.destination_type = 'experiment' and t.source_id = ?",
    [datasetId],
  );
  return rows.map(([id]) => text(id));
}

/** By creation, then id, as the server gives them. */
async function* readRecords(
  { database, schema }: EvaluationTables,
  datasetId: string,
): AsyncGenerator<EvaluationRecord> {
  // Drivers make numbers of JSON's digits.
  const asText = (column: string): string => `cast(t.${column} as ${database.name === "MySQL" ? "char" : "text"})`;
  const outputs = schema.has("evaluation_dataset_records", "outputs") ? asText("outputs") : "null";
  const select = `select t.dataset_record_id, t.created_time, ${asText("inputs")}, ${outputs}, ` +
    `${asText("expectations")}, ${asText("tags")}, ${asText("source")}, t.source_type, t.source_id, ` +
    "t.last_update_time, t.created_by, t.last_updated_by from evaluation_dataset_records t where t.dataset_id = ? ";
  const place = "and (t.created_time > ? or t.created_time = ? and t.dataset_record_id > ?) ";
  let last: Row | undefined;
  for (;;) {
    const values = last === undefined ? [datasetId] : [datasetId, last[1], last[1], last[0]] as Parameter[];
    const rows = await database.rows(
      `${select}${last === undefined ? "" : place}order by t.created_time, t.dataset_record_id limit ${WINDOW}`,
      values,
    );
    yield* rows.map(recordOf);
    last = rows.at(-1);
    if (last === undefined || rows.length < WINDOW) return;
  }
}

function recordOf(
  [id, created, inputs, outputs, expectations, tags, source, type, sourceId, ...rest]: Row,
): EvaluationRecord {
  const [updated, createdBy, updatedBy] = rest;
  return {
    id: text(id),
    inputs: json(inputs),
    outputs: unwrapped(json(outputs)),
    expectations: json(expectations),
    tags: json(tags),
    source: json(source),
    sourceType: text(type) || null,
    sourceId: text(sourceId) || null,
    created: int64(created),
    lastUpdated: int64(updated),
    createdBy: text(createdBy) || null,
    lastUpdatedBy: text(updatedBy) || null,
  };
}

function json(cell: unknown): Json {
  return cell === null || cell === undefined ? null : parseJson(text(cell)) as Json;
}

/** MLflow keeps outputs, which may be of any type, as the one member of an object. */
function unwrapped(value: Json): Json {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && "mlflow_wrapped" in value
    ? (value as Readonly<Record<string, Json>>)["mlflow_wrapped"] ?? null
    : value;
}

/** Reads the scorers of the experiments that are not deleted. */
export async function readScorers(
  { database, schema }: EvaluationTables,
  experiments: readonly Experiment[],
): Promise<Scorer[]> {
  if (!schema.has("scorers")) return [];
  const wanted = new Set(experiments.filter(({ lifecycleStage }) => lifecycleStage === "active").map(({ id }) => id));
  const rows = await database.rows("select t.scorer_id, t.experiment_id, t.scorer_name from scorers t");
  const versions = Map.groupBy(
    await database.rows(
      "select v.scorer_id, v.scorer_version, v.serialized_scorer, v.creation_time from scorer_versions v " +
        "order by v.scorer_version desc",
    ),
    ([id]) => text(id),
  );
  return rows.filter(([_id, experimentId]) => wanted.has(String(experimentId))).map(([id, experimentId, name]) => ({
    experimentId: String(experimentId),
    name: text(name),
    versions: (versions.get(text(id)) ?? []).map(([_id, version, serialized, created]) => ({
      version: Number(version),
      serialized: text(serialized),
      created: int64(created),
    })),
  }));
}

/** Reads the webhooks of a workspace. The column of their secrets is in no statement. */
export async function readWebhooks(tables: EvaluationTables): Promise<Webhook[]> {
  const { database, schema } = tables;
  if (!schema.has("webhooks")) return [];
  const rows = await ofWorkspace(
    tables,
    "webhooks",
    ["t.webhook_id, t.name, t.description, t.url, t.status, t.creation_timestamp, t.last_updated_timestamp"],
    "t.deleted_timestamp is null",
  );
  const events = Map.groupBy(
    await database.rows("select e.webhook_id, e.entity, e.action from webhook_events e"),
    ([id]) => text(id),
  );
  return rows.map(([id, name, description, url, status, created, updated]): Webhook => ({
    id: text(id),
    name: text(name),
    description: text(description),
    url: webhookUrl(text(url)),
    events: (events.get(text(id)) ?? []).map(([_id, entity, action]) => webhookEvent(text(entity), text(action))),
    status: text(status),
    created: int64(created),
    lastUpdated: int64(updated),
  }));
}

async function ofWorkspace(
  { database, schema, workspace }: EvaluationTables,
  table: "evaluation_datasets" | "webhooks",
  columns: readonly string[],
  condition?: string,
): Promise<readonly Row[]> {
  const isDivided = schema.has(table, "workspace");
  const conditions = [...condition === undefined ? [] : [condition], ...isDivided ? ["t.workspace = ?"] : []];
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  return await database.rows(`select ${columns.join(", ")} from ${table} t${where}`, isDivided ? [workspace] : []);
}
