/**
 * MLflow's replies turned into what the rest of this room works with. Fields that we do not use are passed over, and what
 * is absent has the default of MLflow's own Python client (mlflow 3.3.0, which the reference uses).
 *
 * The shapes of what listings repeat are made once, when this file is loaded: rest/mod.ts loads it after the server's first answer,
 * so that no call waits for them.
 * @module
 */
import * as z from "zod";
import { AppError } from "../../../errors.ts";
import type { Dataset, Experiment, Int64, ModelVersion, RegisteredModel, Run } from "../../../source/mod.ts";

/** One page of a listing. */
export interface Page<T> {
  /** What is on it. */
  readonly items: readonly T[];
  /** Leads to the next page; undefined on the last one. */
  readonly token: string | undefined;
}

/** A run as listed, with what its listing tells about the lengths of its histories. */
export interface ListedRun {
  readonly run: Run;
  /** For each metric, how many points its latest step lets expect: that step and one more, at least 1. */
  readonly steps: ReadonlyMap<string, number>;
}

/** A registered model as listed: without its versions. */
export interface ListedModel extends Omit<RegisteredModel, "versions"> {
  readonly aliases: readonly { readonly alias: string; readonly version: string }[];
}

/** A model's version as listed: MLflow leaves out its aliases. */
export interface ListedVersion extends Omit<ModelVersion, "aliases"> {
  /** The registered model. */
  readonly name: string;
}

/** One entry of a folder of artifacts. */
export interface ArtifactEntry {
  /** Below the root of the run or model. */
  readonly path: string;
  /** Whether it is a folder. */
  readonly isFolder: boolean;
  /** Bytes; null where the server does not tell. */
  readonly size: number | null;
}

/** A page of a folder of artifacts. */
export interface ArtifactPage extends Page<ArtifactEntry> {
  /** The URI of the run's or model's artifacts; "" where the server does not tell. */
  readonly rootUri: string;
}

/** An MLflow 3 logged model. */
export interface LoggedModel {
  /** Not its own alone: a model that is logged at each epoch has the same name each time. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** The URI of its artifacts. */
  readonly artifactUri: string;
}

/**
 * Reads an int64: MLflow 1.23 and later write numbers (bigint here beyond 2^53), older ones write text.
 *
 * @throws {RangeError | SyntaxError | TypeError} if it is no integer.
 */
export function toInt64(value: unknown): Int64 {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  const exact = BigInt(value as string | number | bigint);
  const rounded = Number(exact);
  return Number.isSafeInteger(rounded) ? rounded : exact;
}

/** Text; "" where it is left out. */
export const text = z.string().default("");
const optionalText = z.string().nullable().default(null);
/** An int64, whichever way it is written. */
export const int64 = z.union([z.number().int(), z.bigint(), z.string().regex(/^-?\d+$/)]).transform(toInt64);
/** Keys and values, in the server's order. */
export const texts = z.array(z.object({ key: text, value: text })).default([])
  .transform((entries): ReadonlyMap<string, string> => new Map(entries.map(({ key, value }) => [key, value])));
/** What every page of a listing may have. */
export const next = { next_page_token: z.string().optional() };

const experiment = z.object({
  experiment_id: z.string(),
  name: text,
  artifact_location: text,
  lifecycle_stage: text,
  tags: texts,
}).transform((wire): Experiment => ({
  id: wire.experiment_id,
  name: wire.name,
  artifactLocation: wire.artifact_location,
  lifecycleStage: wire.lifecycle_stage,
  tags: wire.tags,
}));

/** Reads a reply of experiments/search or experiments/list. */
export function readExperiments(reply: unknown, endpoint: string): Page<Experiment> {
  const page = read(z.object({ experiments: z.array(experiment).default([]), ...next }), { reply, endpoint });
  return { items: page.experiments, token: page.next_page_token || undefined };
}

const dataset = z.object({
  tags: texts,
  dataset: z.object({
    name: text,
    digest: text,
    source_type: text,
    source: text,
    schema: optionalText,
    profile: optionalText,
  }).prefault({}),
}).transform(({ tags, dataset }): Dataset => ({
  name: dataset.name,
  digest: dataset.digest,
  sourceType: dataset.source_type,
  source: dataset.source,
  schema: dataset.schema,
  profile: dataset.profile,
  context: tags.get("mlflow.data.context") ?? null,
}));

// NaN and infinities come as text.
const metric = z.object({
  key: text,
  value: z.union([z.number(), z.string(), z.bigint()]).default(0),
  step: int64.default(0),
  timestamp: int64.default(0),
});

const outputs = z.object({ model_outputs: z.array(z.object({ model_id: text })).default([]) }).prefault({});

const run = z.object({
  info: z.object({
    run_id: z.string().optional(),
    run_uuid: text,
    experiment_id: text,
    status: z.string().default("RUNNING"),
    start_time: int64.default(0),
    end_time: int64.default(0),
    lifecycle_stage: text,
    artifact_uri: text,
  }),
  data: z.object({ metrics: z.array(metric).default([]), params: texts, tags: texts }).prefault({}),
  inputs: z.object({ dataset_inputs: z.array(dataset).default([]) }).prefault({}),
  outputs,
}).transform(({ info, data, inputs, outputs }): ListedRun => ({
  run: {
    id: info.run_id ?? info.run_uuid,
    experimentId: info.experiment_id,
    status: info.status,
    lifecycleStage: info.lifecycle_stage,
    startTime: info.start_time,
    // 0 is proto2's default: a run that is going on has no end.
    endTime: info.end_time === 0 ? null : info.end_time,
    artifactUri: info.artifact_uri,
    tags: data.tags,
    params: data.params,
    metrics: new Map(data.metrics.map(({ key, value }) => [key, Number(value)])),
    latestPlaces: new Map(data.metrics.map(({ key, step, timestamp }) => [key, { step, timestamp }])),
    datasets: inputs.dataset_inputs,
    modelIds: outputs.model_outputs.map((output) => output.model_id),
  },
  steps: new Map(data.metrics.map(({ key, step }) => [key, Math.max(1, Number(step) + 1)])),
}));

const runs = z.object({ runs: z.array(run).default([]), ...next });

/** Reads a reply of runs/search. */
export function readRuns(reply: unknown): Page<ListedRun> {
  const page = read(runs, { reply, endpoint: "runs/search" });
  return { items: page.runs, token: page.next_page_token || undefined };
}

/** Reads the ids of a run's logged models in a reply of runs/get: MLflow 3.0 to 3.5 tell them there alone. */
export function readModelIds(reply: unknown): string[] {
  const { run } = read(z.object({ run: z.object({ outputs }) }), { reply, endpoint: "runs/get" });
  return run.outputs.model_outputs.map((output) => output.model_id);
}

const model = z.object({
  name: text,
  description: text,
  tags: texts,
  creation_timestamp: int64.default(0),
  last_updated_timestamp: int64.default(0),
  aliases: z.array(z.object({ alias: text, version: text })).default([]),
}).transform(({ creation_timestamp, last_updated_timestamp, ...wire }): ListedModel => ({
  ...wire,
  created: creation_timestamp,
  lastUpdated: last_updated_timestamp,
}));

/** Reads a reply of registered-models/search or registered-models/list. */
export function readModelsPage(reply: unknown, endpoint: string): Page<ListedModel> {
  const page = read(z.object({ registered_models: z.array(model).default([]), ...next }), { reply, endpoint });
  return { items: page.registered_models, token: page.next_page_token || undefined };
}

const version = z.object({
  name: text,
  version: text,
  current_stage: text,
  status: z.string().default("PENDING_REGISTRATION"),
  run_id: optionalText,
  source: text,
  description: optionalText,
  creation_timestamp: int64.default(0),
  last_updated_timestamp: int64.default(0),
  tags: texts,
}).transform((wire): ListedVersion => ({
  name: wire.name,
  version: wire.version,
  currentStage: wire.current_stage,
  status: wire.status,
  runId: wire.run_id,
  source: wire.source,
  description: wire.description,
  created: wire.creation_timestamp,
  lastUpdated: wire.last_updated_timestamp,
  tags: wire.tags,
}));

/** Reads a reply of model-versions/search. */
export function readVersions(reply: unknown): Page<ListedVersion> {
  const shape = z.object({ model_versions: z.array(version).default([]), ...next });
  const page = read(shape, { reply, endpoint: "model-versions/search" });
  return { items: page.model_versions, token: page.next_page_token || undefined };
}

const artifact = z.object({ path: text, is_dir: z.boolean().default(false), file_size: int64.nullable().default(null) })
  .transform(({ path, is_dir: isFolder, file_size: size }): ArtifactEntry => ({
    path,
    isFolder,
    size: size === null ? null : Number(size),
  }));

/** Reads a reply of artifacts/list or of a logged model's artifacts/directories. */
export function readArtifacts(reply: unknown, endpoint: string): ArtifactPage {
  const page = read(z.object({ root_uri: text, files: z.array(artifact).default([]), ...next }), { reply, endpoint });
  return { items: page.files, token: page.next_page_token || undefined, rootUri: page.root_uri };
}

/** Reads a reply of logged-models/{id}: MLflow 3. */
export function readLoggedModel(reply: unknown): LoggedModel {
  const info = z.object({ name: text, artifact_uri: text, creation_timestamp_ms: int64.default(0) });
  const { model } = read(z.object({ model: z.object({ info }) }), { reply, endpoint: "logged-models" });
  const { name, artifact_uri: artifactUri, creation_timestamp_ms: created } = model.info;
  return { name, created: Number(created), artifactUri };
}

/** What a server tells of itself. */
export interface ServerInfo {
  readonly hasWorkspaces: boolean;
  /** "SqlStore", "FileStore", …; undefined where it does not tell. */
  readonly storeType: string | undefined;
}

/** Reads a reply of server-info: MLflow 3.10 and later. */
export function readServerInfo(reply: unknown): ServerInfo {
  const shape = z.object({ workspaces_enabled: z.boolean().default(false), store_type: z.string().optional() });
  const { workspaces_enabled: hasWorkspaces, store_type: storeType } = read(shape, { reply, endpoint: "server-info" });
  return { hasWorkspaces, storeType };
}

/** Reads the names in a reply of workspaces: MLflow 3.10 and later. */
export function readWorkspaces(reply: unknown): string[] {
  const shape = z.object({ workspaces: z.array(z.object({ name: z.string() })).default([]) });
  return read(shape, { reply, endpoint: "workspaces" }).workspaces.map(({ name }) => name);
}

/** Reads a reply. Throws an AppError that names the place where it is not as MLflow writes it. */
export function read<T>(
  shape: z.ZodType<T>,
  { reply, endpoint }: { readonly reply: unknown; readonly endpoint: string },
): T {
  const result = shape.safeParse(reply);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "the reply" : issue.path.join(".");
  throw new AppError(`Cannot read MLflow's reply to ${endpoint}: ${place}: ${issue?.message ?? "odd shape"}`, {
    hint: "Check that the tracking URL is that of an MLflow server, and that no proxy changes its replies",
    cause: result.error,
  });
}
