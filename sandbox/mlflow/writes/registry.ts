/**
 * The endpoints that write registered models and their versions.
 * @module
 */
import { invalid, RestError } from "../protocol/errors.ts";
import { modelMessage, modelVersionMessage } from "../endpoints/messages.ts";
import { findModel, findVersion } from "../endpoints/registry.ts";
import { readPairs } from "./runs.ts";
import type { Call } from "../protocol/call.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";

const STAGES: Readonly<Record<string, string>> = {
  none: "None",
  staging: "Staging",
  production: "Production",
  archived: "Archived",
};

/** POST registered-models/create. */
export function createModel(call: Call): WireReply {
  const { fields, world, dialect } = call;
  const name = fields.required("name");
  if (world.models.has(name)) {
    throw new RestError("RESOURCE_ALREADY_EXISTS", `Registered Model (name=${name}) already exists.`);
  }
  const description = fields.has("description") ? fields.text("description") : null;
  const model = world.addModel({ name, description, tags: new Map(readPairs(fields, "tags")) });
  return protoReply({ registered_model: modelMessage(model, dialect) });
}

/** POST model-versions/create: the next version. */
export function createModelVersion(call: Call): WireReply {
  const { fields, world } = call;
  const model = findModel(call, fields.required("name"));
  const version = world.addModelVersion(model, {
    source: fields.required("source"),
    // Absent texts of a protobuf message read as "".
    runId: fields.text("run_id"),
    description: fields.text("description"),
    tags: readPairs(fields, "tags"),
  });
  model.lastUpdatedTimestamp = version.creationTimestamp;
  return protoReply({ model_version: modelVersionMessage(version) });
}

/** POST model-versions/transition-stage. */
export function transitionStage(call: Call): WireReply {
  const { fields, world } = call;
  const model = findModel(call, fields.required("name"));
  const version = findVersion(model, fields.required("version"));
  const stage = STAGES[fields.required("stage").toLowerCase()];
  if (stage === undefined) throw invalid(`Invalid Model Version stage: ${fields.text("stage")}.`);
  version.currentStage = stage;
  version.lastUpdatedTimestamp = world.now();
  model.lastUpdatedTimestamp = version.lastUpdatedTimestamp;
  return protoReply({ model_version: modelVersionMessage(version) });
}

/** POST registered-models/alias. */
export function setAlias(call: Call): WireReply {
  const model = findModel(call, call.fields.required("name"));
  const version = findVersion(model, call.fields.required("version"));
  model.aliases.set(call.fields.required("alias"), version.version);
  return protoReply({});
}
