/**
 * The replies about evaluation datasets, scorers and webhooks. Of a webhook nothing is read that is not named here: it may have a secret.
 * @module
 */
import * as z from "zod";
import { parseJson } from "../../../json/exact.ts";
import type { EvaluationDataset, EvaluationRecord, Json, Scorer, ScorerVersion, Webhook } from "../../../source/mod.ts";
import { webhookEvent, webhookUrl } from "../../extras/webhooks.ts";
import { int64, next, type Page, read, text } from "../endpoints/wire.ts";

/** A dataset as its listing tells it. */
export type ListedDataset = Omit<EvaluationDataset, "experimentIds" | "records">;

/** A scorer as its listing tells it: by its newest version. */
export interface ListedScorer extends Pick<Scorer, "experimentId" | "name">, ScorerVersion {}

const nullable = z.string().nullable().default(null);
const json = z.custom<Json>(() => true).default(null);
const tags = z.string().default("{}").transform((told): ReadonlyMap<string, string> => {
  const found: unknown = parseJson(told);
  const entries = typeof found === "object" && found !== null ? Object.entries(found) : [];
  return new Map(entries.map(([key, value]) => [key, String(value)]));
});

const dataset = z.object({
  dataset_id: z.string(),
  name: text,
  digest: nullable,
  tags,
  schema: nullable,
  profile: nullable,
  created_time: int64.default(0),
  last_update_time: int64.default(0),
  created_by: nullable,
  last_updated_by: nullable,
}).transform((wire): ListedDataset => ({
  id: wire.dataset_id,
  name: wire.name,
  digest: wire.digest,
  tags: wire.tags,
  schema: wire.schema,
  profile: wire.profile,
  created: wire.created_time,
  lastUpdated: wire.last_update_time,
  createdBy: wire.created_by,
  lastUpdatedBy: wire.last_updated_by,
}));

const datasets = z.object({ datasets: z.array(dataset).default([]), ...next });

/** Reads a reply of datasets/search. */
export function readDatasets(reply: unknown): Page<ListedDataset> {
  const page = read(datasets, { reply, endpoint: "datasets/search" });
  return { items: page.datasets, token: page.next_page_token || undefined };
}

const ids = z.object({ experiment_ids: z.array(z.string()).default([]) });

/** Reads a reply of datasets/ID/experiment-ids. */
export function readExperimentIds(reply: unknown): readonly string[] {
  return read(ids, { reply, endpoint: "datasets/experiment-ids" }).experiment_ids;
}

const record = z.object({
  dataset_record_id: z.string(),
  inputs: json,
  outputs: json,
  expectations: json,
  tags: json,
  source: json,
  source_type: nullable,
  source_id: nullable,
  created_time: int64.default(0),
  last_update_time: int64.default(0),
  created_by: nullable,
  last_updated_by: nullable,
}).transform((wire): EvaluationRecord => ({
  id: wire.dataset_record_id,
  inputs: wire.inputs,
  outputs: wire.outputs,
  expectations: wire.expectations,
  tags: wire.tags,
  source: wire.source,
  sourceType: wire.source_type,
  sourceId: wire.source_id,
  created: wire.created_time,
  lastUpdated: wire.last_update_time,
  createdBy: wire.created_by,
  lastUpdatedBy: wire.last_updated_by,
}));

const records = z.object({ records: z.string().default("[]").transform(parseJson).pipe(z.array(record)), ...next });

/** Reads a reply of datasets/ID/records: JSON within JSON. */
export function readRecords(reply: unknown): Page<EvaluationRecord> {
  const page = read(records, { reply, endpoint: "datasets/records" });
  return { items: page.records, token: page.next_page_token || undefined };
}

const scorer = z.object({
  experiment_id: z.union([z.number(), z.bigint(), z.string()]).transform(String),
  scorer_name: z.string(),
  scorer_version: z.number().default(1),
  serialized_scorer: text,
  creation_time: int64.default(0),
}).transform((wire): ListedScorer => ({
  experimentId: wire.experiment_id,
  name: wire.scorer_name,
  version: wire.scorer_version,
  serialized: wire.serialized_scorer,
  created: wire.creation_time,
}));

const scorers = z.object({ scorers: z.array(scorer).default([]) });

/** Reads a reply of scorers/list or scorers/versions. */
export function readScorers(reply: unknown): readonly ListedScorer[] {
  return read(scorers, { reply, endpoint: "scorers" }).scorers;
}

const webhook = z.object({
  webhook_id: z.string(),
  name: text,
  description: text,
  url: text,
  events: z.array(z.object({ entity: text, action: text })).default([]),
  status: text,
  creation_timestamp: int64.default(0),
  last_updated_timestamp: int64.default(0),
}).transform((wire): Webhook => ({
  id: wire.webhook_id,
  name: wire.name,
  description: wire.description,
  url: webhookUrl(wire.url),
  events: wire.events.map(({ entity, action }) => webhookEvent(entity, action)),
  status: wire.status,
  created: wire.creation_timestamp,
  lastUpdated: wire.last_updated_timestamp,
}));

const webhooks = z.object({ webhooks: z.array(webhook).default([]), ...next });

/** Reads a reply of GET webhooks. */
export function readWebhooks(reply: unknown): Page<Webhook> {
  const page = read(webhooks, { reply, endpoint: "webhooks" });
  return { items: page.webhooks, token: page.next_page_token || undefined };
}
