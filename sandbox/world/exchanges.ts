/**
 * A world from recorded exchanges with a real MLflow server: what was read becomes what is held.
 * @module
 */
import { type LoggedRun, World } from "./mod.ts";
import type { WorldModel } from "./types.ts";

export interface Exchange {
  /** GET or POST. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Replies that are not 200 are passed over. @default {200} */
  readonly status?: number;
  /** The reply's body: parsed JSON, or text for a file. */
  readonly body: unknown;
}

/** The replies' shapes, as far as they are read. */
interface Pair {
  readonly key: string;
  readonly value: string;
}
interface WireExperiment {
  readonly experiment_id: string;
  readonly name: string;
  readonly artifact_location: string;
  readonly lifecycle_stage: string;
  readonly creation_time: number;
  readonly last_update_time: number;
  readonly tags?: readonly Pair[];
}
interface WireRun {
  readonly info: {
    readonly run_id: string;
    readonly experiment_id: string;
    readonly run_name: string;
    readonly user_id: string;
    readonly status: string;
    readonly start_time?: number;
    readonly end_time?: number;
    readonly artifact_uri: string;
    readonly lifecycle_stage: string;
  };
  readonly data: {
    readonly metrics?: readonly (Pair & { readonly timestamp: number; readonly step: number })[];
    readonly params?: readonly Pair[];
    readonly tags?: readonly Pair[];
  };
  readonly inputs?: {
    readonly dataset_inputs?: readonly {
      readonly tags?: readonly Pair[];
      readonly dataset: Readonly<Record<"name" | "digest" | "source_type" | "source" | "schema" | "profile", string>>;
    }[];
  };
}
interface WireModel {
  readonly name: string;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly description?: string;
  readonly tags?: readonly Pair[];
  readonly aliases?: readonly { readonly alias: string; readonly version: string }[];
}
interface WireVersion extends WireModel {
  readonly version: string;
  readonly current_stage: string;
  readonly source: string;
  readonly run_id: string;
}
interface WireReply {
  readonly experiments?: readonly WireExperiment[];
  readonly runs?: readonly WireRun[];
  readonly metrics?: readonly {
    readonly key: string;
    readonly value: number | string;
    readonly timestamp: number;
    readonly step: number;
  }[];
  readonly registered_models?: readonly WireModel[];
  readonly model_versions?: readonly WireVersion[];
}

/** Makes a world from exchanges: listings of experiments, runs, models and versions, histories, and files. */
export function worldFromExchanges(exchanges: readonly Exchange[]): World {
  const world = new World();
  const good = exchanges.filter(({ status }) => status === undefined || status === 200);
  for (const { body } of good) readExperiments(world, replyOf(body));
  for (const { body } of good) readRuns(world, replyOf(body));
  for (const { path, body } of good) readHistory(world, path, replyOf(body));
  for (const { body } of good) readModels(world, replyOf(body));
  for (const { body } of good) readVersions(world, replyOf(body));
  for (const { path, body } of good) readFile(world, path, body);
  return world;
}

function replyOf(body: unknown): WireReply {
  return body !== null && typeof body === "object" ? body : {};
}

function readExperiments(world: World, reply: WireReply): void {
  for (const experiment of [...reply.experiments ?? []].sort((a, b) => a.creation_time - b.creation_time)) {
    if (world.experiments.has(experiment.experiment_id) && experiment.experiment_id !== "0") continue;
    world.addExperiment({
      id: experiment.experiment_id,
      name: experiment.name,
      artifactLocation: experiment.artifact_location,
      lifecycleStage: experiment.lifecycle_stage,
      creationTime: experiment.creation_time,
      lastUpdateTime: experiment.last_update_time,
      tags: entries(experiment.tags),
    });
    world.setClock(experiment.creation_time);
  }
}

function readRuns(world: World, reply: WireReply): void {
  for (const { info, data, inputs } of reply.runs ?? []) {
    if (world.runs.has(info.run_id)) continue;
    world.addRun({
      id: info.run_id,
      experimentId: info.experiment_id,
      name: info.run_name,
      userId: info.user_id,
      status: info.status,
      startTime: info.start_time ?? null,
      endTime: info.end_time ?? null,
      lifecycleStage: info.lifecycle_stage,
      artifactUri: info.artifact_uri,
      tags: entries(data.tags),
      params: entries(data.params),
      datasets: (inputs?.dataset_inputs ?? []).map(({ tags, dataset }) => ({
        tags: new Map(entries(tags)),
        name: dataset.name,
        digest: dataset.digest,
        sourceType: dataset.source_type,
        source: dataset.source,
        schema: dataset.schema ?? null,
        profile: dataset.profile ?? null,
      })),
    });
    world.setClock(info.end_time ?? info.start_time ?? 0);
  }
}

/** Histories come run by run in the order of the run's keys, so that order is kept. */
function readHistory(world: World, path: string, reply: WireReply): void {
  if (!path.includes("/metrics/get-history?")) return;
  const query = new URLSearchParams(path.slice(path.indexOf("?")));
  const run = world.runs.get(query.get("run_id") ?? "") as LoggedRun | undefined;
  if (run === undefined || run.metrics.has(query.get("metric_key") ?? "")) return;
  for (const { key, value, timestamp, step } of reply.metrics ?? []) {
    world.logMetric(run, key, { value: Number(value), timestamp, step });
  }
}

function readModels(world: World, reply: WireReply): void {
  for (const model of reply.registered_models ?? []) {
    if (world.models.has(model.name)) continue;
    world.addModel({
      name: model.name,
      creationTimestamp: model.creation_timestamp,
      lastUpdatedTimestamp: model.last_updated_timestamp,
      description: model.description ?? null,
      tags: new Map(entries(model.tags)),
      aliases: new Map((model.aliases ?? []).map(({ alias, version }) => [alias, Number(version)])),
    });
  }
}

function readVersions(world: World, reply: WireReply): void {
  for (const version of [...reply.model_versions ?? []].sort((a, b) => Number(a.version) - Number(b.version))) {
    const model: WorldModel | undefined = world.models.get(version.name);
    if (model === undefined || model.versions.some((known) => String(known.version) === version.version)) continue;
    world.addModelVersion(model, {
      version: Number(version.version),
      source: version.source,
      runId: version.run_id,
      description: version.description ?? null,
      currentStage: version.current_stage,
      creationTimestamp: version.creation_timestamp,
      lastUpdatedTimestamp: version.last_updated_timestamp,
      tags: entries(version.tags),
    });
  }
}

function readFile(world: World, path: string, body: unknown): void {
  if (!path.startsWith("/get-artifact?") || typeof body !== "string") return;
  const query = new URLSearchParams(path.slice(path.indexOf("?")));
  const run = world.runs.get(query.get("run_uuid") ?? query.get("run_id") ?? "");
  if (run === undefined) return;
  world.files.put(`${run.artifactUri.replace(/^mlflow-artifacts:\/*/, "")}/${query.get("path")}`, body);
}

function entries(pairs: readonly Pair[] = []): [string, string][] {
  return pairs.map(({ key, value }) => [key, value]);
}
