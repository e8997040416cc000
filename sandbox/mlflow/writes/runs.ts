/**
 * The endpoints that write experiments and runs: what a test needs to fill a server by REST alone.
 * @module
 */
import { invalid, RestError } from "../protocol/errors.ts";
import { findExperiment } from "../endpoints/experiments.ts";
import type { Fields } from "../protocol/fields.ts";
import { runInfo, runMessage } from "../endpoints/messages.ts";
import { findRun } from "../endpoints/runs.ts";
import type { Call } from "../protocol/call.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";
import type { LoggedRun } from "../../world/mod.ts";
import type { WorldDataset } from "../../world/types.ts";

/** POST experiments/create. */
export function createExperiment(call: Call): WireReply {
  const { fields, world } = call;
  const name = fields.required("name");
  if ([...world.experiments.values()].some((experiment) => experiment.name === name)) {
    throw new RestError("RESOURCE_ALREADY_EXISTS", `Experiment(name=${name}) already exists.`);
  }
  const location = fields.text("artifact_location");
  const tags = readPairs(fields, "tags");
  const experiment = world.addExperiment({ name, tags, artifactLocation: location || undefined });
  return protoReply({ experiment_id: experiment.id });
}

/** POST experiments/delete: its runs are deleted with it, but not in 1.24. */
export function deleteExperiment(call: Call): WireReply {
  const experiment = findExperiment(call, call.fields.required("experiment_id"));
  experiment.lifecycleStage = "deleted";
  experiment.lastUpdateTime = call.world.now();
  if (call.dialect.validatesFields) {
    for (const run of call.world.runsOf(experiment.id)) run.lifecycleStage = "deleted";
  }
  return protoReply({});
}

/** POST experiments/set-experiment-tag. */
export function setExperimentTag(call: Call): WireReply {
  const experiment = findExperiment(call, call.fields.required("experiment_id"));
  experiment.tags.set(call.fields.required("key"), call.fields.text("value"));
  return protoReply({});
}

/** POST runs/create: a run named by run_name or by the tag mlflow.runName. */
export function createRun(call: Call): WireReply {
  const { fields, world, dialect } = call;
  const experiment = findExperiment(call, fields.text("experiment_id"));
  const id = world.newId();
  const tags = new Map(readPairs(fields, "tags"));
  const name = fields.text("run_name") || tags.get("mlflow.runName") || `run-${id.slice(0, 8)}`;
  if (dialect.tellsRunName && !tags.has("mlflow.runName")) tags.set("mlflow.runName", name);
  const run = world.addRun({
    id,
    experimentId: experiment.id,
    name,
    userId: fields.text("user_id"),
    status: "RUNNING",
    startTime: fields.integer("start_time") ?? 0,
    tags,
  });
  return protoReply({ run: runMessage(run, dialect) });
}

/** POST runs/update: status, end time, name. */
export function updateRun(call: Call): WireReply {
  const { fields, dialect } = call;
  const run = findActiveRun(call);
  if (fields.has("status")) run.status = fields.text("status");
  if (fields.has("end_time")) run.endTime = fields.integer("end_time") ?? null;
  if (dialect.tellsRunName && fields.text("run_name") !== "") {
    run.name = fields.text("run_name");
    run.tags.set("mlflow.runName", run.name);
  }
  return protoReply({ run_info: runInfo(run, dialect) });
}

/** POST runs/delete. */
export function deleteRun(call: Call): WireReply {
  call.world.deleteRun(findRun(call, call.fields.runId()).id);
  return protoReply({});
}

/** POST runs/log-batch: metrics, params and tags. */
export function logBatch(call: Call): WireReply {
  const run = findActiveRun(call);
  for (const metric of call.fields.objects("metrics")) {
    call.world.logMetric(run, metric.required("key"), {
      value: metric.double("value"),
      timestamp: metric.integer("timestamp") ?? 0,
      step: metric.integer("step") ?? 0,
    });
  }
  for (const [key, value] of readPairs(call.fields, "params")) run.params.set(key, value);
  for (const [key, value] of readPairs(call.fields, "tags")) run.tags.set(key, value);
  return protoReply({});
}

/** POST runs/set-tag. */
export function setTag(call: Call): WireReply {
  findActiveRun(call).tags.set(call.fields.required("key"), call.fields.text("value"));
  return protoReply({});
}

/** POST runs/log-inputs: datasets; one of the same name and digest is linked to a run once. */
export function logInputs(call: Call): WireReply {
  const run = findActiveRun(call);
  for (const input of call.fields.objects("datasets")) {
    const dataset = readDataset(input);
    const isKnown = run.datasets.some(({ name, digest }) => name === dataset.name && digest === dataset.digest);
    if (!isKnown) run.datasets.push(dataset);
  }
  return protoReply({});
}

/** POST runs/outputs: logged models. */
export function logOutputs(call: Call): WireReply {
  const run = findActiveRun(call);
  for (const model of call.fields.objects("models")) {
    run.modelOutputs.push({ modelId: model.required("model_id"), step: model.integer("step") ?? 0 });
  }
  return protoReply({});
}

/** POST logged-models: a folder of files outside the run's own. */
export function createLoggedModel(call: Call): WireReply {
  const experiment = findExperiment(call, call.fields.required("experiment_id"));
  const id = `m-${call.world.newId()}`;
  const model = {
    id,
    experimentId: experiment.id,
    name: call.fields.text("name") || id,
    sourceRunId: call.fields.text("source_run_id"),
    artifactUri: `${experiment.artifactLocation}/models/${id}/artifacts`,
    creationTimestamp: call.world.now(),
    status: "LOGGED_MODEL_PENDING",
  };
  call.world.loggedModels.set(id, model);
  return protoReply({
    model: { info: { model_id: id, experiment_id: experiment.id, artifact_uri: model.artifactUri } },
  });
}

/** Key and value of a list of tags or params; the last of a key counts. */
export function readPairs(fields: Fields, name: string): [string, string][] {
  return fields.objects(name).map((pair) => [pair.required("key"), pair.text("value")]);
}

function findActiveRun(call: Call): LoggedRun {
  const run = findRun(call, call.fields.runId());
  if (run.lifecycleStage !== "active") {
    throw invalid(`The run ${run.id} must be in the 'active' state. Current state is ${run.lifecycleStage}.`);
  }
  if (!(run.tags instanceof Map) || !(run.params instanceof Map) || !Array.isArray(run.datasets)) {
    throw invalid(`The run ${run.id} is generated and cannot be changed.`);
  }
  return run as LoggedRun;
}

function readDataset(input: Fields): WorldDataset {
  const dataset = input.object("dataset");
  return {
    tags: new Map(readPairs(input, "tags")),
    name: dataset.required("name"),
    digest: dataset.required("digest"),
    sourceType: dataset.required("source_type"),
    source: dataset.required("source"),
    schema: dataset.has("schema") ? dataset.text("schema") : null,
    profile: dataset.has("profile") ? dataset.text("profile") : null,
  };
}
