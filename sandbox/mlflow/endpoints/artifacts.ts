/**
 * Artifacts of runs and of MLflow 3's logged models: listings, and files straight from the store.
 * @module
 */
import { invalid, missing } from "../protocol/errors.ts";
import type { ProtoValue } from "../protocol/json.ts";
import { loggedModelMessage } from "./messages.ts";
import { findRun } from "./runs.ts";
import type { Call } from "../protocol/call.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";
import { fileReply } from "./files.ts";
import type { WorldLoggedModel } from "../../world/types.ts";

/** GET artifacts/list: one level; an unknown path has no files. */
export function listArtifacts(call: Call): WireReply {
  const run = findRun(call, call.fields.runId());
  return protoReply({ root_uri: run.artifactUri, files: listing(call, run.artifactUri, call.fields.text("path")) });
}

/** GET /get-artifact: a run's file. */
export function getArtifact(call: Call): WireReply {
  const { query } = call.request;
  const run = findRun(call, query.get("run_id") ?? query.get("run_uuid") ?? "");
  return sendFile(call, `${storagePath(run.artifactUri)}/${safePath(query.get("path") ?? "")}`);
}

/** GET logged-models/<id>. */
export function getLoggedModel(call: Call): WireReply {
  return protoReply({ model: loggedModelMessage(findLoggedModel(call)) });
}

/** GET logged-models/<id>/artifacts/directories: one level of a logged model's folder. */
export function listLoggedModel(call: Call): WireReply {
  const { artifactUri } = findLoggedModel(call);
  const files = listing(call, artifactUri, call.fields.text("artifact_directory_path"));
  return protoReply({ root_uri: artifactUri, files });
}

/** GET logged-models/<id>/artifacts/files (only below /ajax-api): a logged model's file. */
export function getLoggedModelFile(call: Call): WireReply {
  const { artifactUri } = findLoggedModel(call);
  return sendFile(call, `${storagePath(artifactUri)}/${safePath(call.fields.required("artifact_file_path"))}`);
}

function findLoggedModel(call: Call): WorldLoggedModel {
  const id = call.parts["model_id"] ?? "";
  const model = call.world.loggedModels.get(id);
  if (model === undefined) throw missing(`Logged model with ID '${id}' not found.`);
  return model;
}

function listing(call: Call, root: string, path: string): ProtoValue[] {
  const below = safePath(path);
  const folder = below === "" ? storagePath(root) : `${storagePath(root)}/${below}`;
  const prefix = below === "" ? "" : `${below}/`;
  return call.world.files.list(folder).map(({ name, bytes }) => fileMessage(prefix + name, bytes));
}

/** The message FileInfo; a folder has no bytes. An empty file has no size here, as one of unknown size has none. */
export function fileMessage(path: string, bytes: Uint8Array | null): ProtoValue {
  return { path, is_dir: bytes === null, file_size: bytes?.byteLength || undefined };
}

/** The place of an artifact URI in the artifact store. */
function storagePath(uri: string): string {
  return uri.replace(/^mlflow-artifacts:\/*/, "");
}

/** The path without empty and "." parts; refused where it leads out. */
export function safePath(path: string): string {
  if (path.startsWith("/") || path.split("/").includes("..")) throw invalid("Invalid path");
  return path.split("/").filter((part) => part !== "" && part !== ".").join("/");
}

/** A run's or a logged model's file. Before 3.x a missing one crashes the server. */
export function sendFile(call: Call, path: string): WireReply {
  const { dialect, world, request } = call;
  const bytes = world.files.get(path);
  if (bytes !== null) return fileReply({ name: nameOf(path), bytes, range: request.headers["range"] }, dialect);
  if (!dialect.isThree) throw new TypeError(`Cannot open ${path}`);
  if (world.files.list(path).length === 0) throw missing(`No such artifact: '${path}'`);
  throw invalid(`Artifact path refers to a directory, not a file: '${path}'`);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
