/**
 * The replies of these endpoints, turned into what crosses the seam.
 * @module
 */
import * as z from "zod";
import type { LoggedModel, LoggedModelMetric } from "../../../source/mod.ts";
import { loggedModelStatus } from "../../extras/logged_model_status.ts";
import { int64, next, type Page, read, text, texts } from "../endpoints/wire.ts";

const metric = z.object({
  key: text,
  // NaN and infinities come as text.
  value: z.union([z.number(), z.string(), z.bigint()]).default(0),
  timestamp: int64.default(0),
  step: int64.default(0),
  run_id: text,
  dataset_name: text,
  dataset_digest: text,
}).transform((wire): LoggedModelMetric => ({
  key: wire.key,
  value: Number(wire.value),
  timestamp: wire.timestamp,
  step: wire.step,
  runId: wire.run_id || null,
  datasetName: wire.dataset_name || null,
  datasetDigest: wire.dataset_digest || null,
}));

const model = z.object({
  info: z.object({
    model_id: z.string(),
    experiment_id: text,
    name: text,
    creation_timestamp_ms: int64.default(0),
    last_updated_timestamp_ms: int64.default(0),
    artifact_uri: text,
    status: text,
    model_type: text,
    source_run_id: text,
    tags: texts,
  }),
  data: z.object({ params: texts, metrics: z.array(metric).default([]) }).prefault({}),
}).transform(({ info, data }): LoggedModel => ({
  id: info.model_id,
  experimentId: info.experiment_id,
  name: info.name,
  status: loggedModelStatus(info.status),
  modelType: info.model_type || null,
  sourceRunId: info.source_run_id || null,
  artifactLocation: info.artifact_uri,
  created: info.creation_timestamp_ms,
  lastUpdated: info.last_updated_timestamp_ms,
  tags: info.tags,
  params: data.params,
  metrics: data.metrics,
}));

const models = z.object({ models: z.array(model).default([]), ...next });

/** Reads a reply of logged-models/search. */
export function readLoggedModels(reply: unknown): Page<LoggedModel> {
  const page = read(models, { reply, endpoint: "logged-models/search" });
  return { items: page.models, token: page.next_page_token || undefined };
}
