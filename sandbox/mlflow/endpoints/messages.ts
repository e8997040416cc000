/**
 * MLflow's protobuf messages, field by field in the order of their numbers, which is the order on the wire.
 * @module
 */
import type { MetricPoint } from "../../../lib/source/mod.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { Double, type ProtoValue } from "../protocol/json.ts";
import type {
  WorldDataset,
  WorldExperiment,
  WorldLoggedModel,
  WorldModel,
  WorldModelVersion,
  WorldRun,
} from "../../world/types.ts";

export function experimentMessage(experiment: WorldExperiment, dialect: Dialect): ProtoValue {
  return {
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: dialect.tellsRunName ? experiment.lastUpdateTime : undefined,
    creation_time: dialect.tellsRunName ? experiment.creationTime : undefined,
    tags: pairs(experiment.tags),
    workspace: dialect.isThree ? "default" : undefined,
  };
}

export function runMessage(run: WorldRun, dialect: Dialect): ProtoValue {
  return {
    info: runInfo(run, dialect),
    data: {
      metrics: [...run.metrics].map(([key, series]) => metricMessage(key, series.latest())),
      params: pairs(run.params),
      tags: pairs(run.tags),
    },
    inputs: dialect.tellsDatasets ? { dataset_inputs: run.datasets.map(datasetMessage) } : undefined,
    outputs: dialect.isThree
      ? { model_outputs: run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step })) }
      : undefined,
  };
}

export function runInfo(run: WorldRun, dialect: Dialect): ProtoValue {
  return {
    run_uuid: run.id,
    experiment_id: run.experimentId,
    run_name: dialect.tellsRunName ? run.name : undefined,
    user_id: run.userId,
    status: run.status,
    start_time: run.startTime ?? undefined,
    end_time: run.endTime ?? undefined,
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.lifecycleStage,
    run_id: run.id,
  };
}

export function metricMessage(key: string, point: MetricPoint): Record<string, ProtoValue> {
  return { key, value: new Double(point.value), timestamp: point.timestamp, step: point.step };
}

/** The message RegisteredModel; its latest versions are one of each stage. */
export function modelMessage(model: WorldModel, dialect: Dialect): ProtoValue {
  return {
    name: model.name,
    creation_timestamp: model.creationTimestamp,
    last_updated_timestamp: model.lastUpdatedTimestamp,
    description: model.description ?? undefined,
    latest_versions: latestVersions(model, dialect).map((version) => modelVersionMessage(version)),
    tags: pairs(model.tags),
    aliases: dialect.pagesModelVersions
      ? [...model.aliases].map(([alias, version]) => ({ alias, version: String(version) }))
      : undefined,
  };
}

/** The message ModelVersion; only a single version that was asked for tells its aliases. */
export function modelVersionMessage(version: WorldModelVersion, aliases: readonly string[] = []): ProtoValue {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.creationTimestamp,
    last_updated_timestamp: version.lastUpdatedTimestamp,
    current_stage: version.currentStage,
    description: version.description ?? undefined,
    source: version.source,
    run_id: version.runId ?? undefined,
    status: version.status,
    tags: pairs(version.tags),
    run_link: version.runLink,
    aliases,
  };
}

export function loggedModelMessage(model: WorldLoggedModel): ProtoValue {
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.creationTimestamp,
      last_updated_timestamp_ms: model.creationTimestamp,
      artifact_uri: model.artifactUri,
      status: model.status ?? "LOGGED_MODEL_READY",
      model_type: "",
      source_run_id: model.sourceRunId,
      tags: pairs(model.tags ?? new Map()),
    },
    data: {
      params: pairs(model.params ?? new Map()),
      metrics: (model.metrics ?? []).map(({ key, datasetName, datasetDigest, runId, ...point }) => ({
        ...metricMessage(key, point),
        dataset_name: datasetName ?? undefined,
        dataset_digest: datasetDigest ?? undefined,
        model_id: model.id,
        run_id: runId ?? undefined,
      })),
    },
  };
}

/** Tags, params and the like: a list of key and value. */
export function pairs(values: ReadonlyMap<string, string>): ProtoValue[] {
  return [...values].map(([key, value]) => ({ key, value }));
}

function datasetMessage(dataset: WorldDataset): ProtoValue {
  return {
    tags: pairs(dataset.tags),
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      source_type: dataset.sourceType,
      source: dataset.source,
      schema: dataset.schema ?? undefined,
      profile: dataset.profile ?? undefined,
    },
  };
}

/** The newest version of each stage: by stage in 3.x, before in the order in which the stages first appear. */
function latestVersions(model: WorldModel, dialect: Dialect): WorldModelVersion[] {
  const latest = new Map<string, WorldModelVersion>();
  for (const version of model.versions) {
    const known = latest.get(version.currentStage);
    if (known === undefined || known.version < version.version) latest.set(version.currentStage, version);
  }
  const versions = [...latest.values()];
  return dialect.isThree ? versions.sort((a, b) => (a.currentStage < b.currentStage ? -1 : 1)) : versions;
}
