/**
 * The mlflow-artifacts proxy: the artifact store through the server.
 * @module
 */
import type { Call } from "../protocol/call.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { missing, RestError } from "../protocol/errors.ts";
import { refusalOf } from "../protocol/refusals.ts";
import { gunicornPage, NO_ANSWER, protoReply, textReply, type WireReply } from "../protocol/wire.ts";
import { fileMessage, nameOf, safePath, sendFile } from "./artifacts.ts";
import { typeOf } from "./files.ts";

/** GET mlflow-artifacts/artifacts?path=: a listing of the artifact store, names without their folder. */
export function listProxy(call: Call): WireReply {
  if (!call.servesArtifacts) return disabled("/api/2.0/mlflow-artifacts/artifacts");
  const entries = call.world.files.list(safePath(call.fields.text("path")));
  return protoReply({ files: entries.map(({ name, bytes }) => fileMessage(name, bytes)) });
}

/** GET mlflow-artifacts/artifacts/<path>: a file of the artifact store. */
export function getProxy(call: Call): WireReply {
  if (!call.servesArtifacts) return disabled("/api/2.0/mlflow-artifacts/artifacts/<path:artifact_path>");
  return proxiedFile(call, safePath(call.parts["path"] ?? ""));
}

/** PUT mlflow-artifacts/artifacts/<path>: an upload. */
export function putProxy(call: Call): WireReply {
  if (!call.servesArtifacts) return disabled("/api/2.0/mlflow-artifacts/artifacts/<path:artifact_path>");
  call.world.files.put(safePath(call.parts["path"] ?? ""), call.request.body);
  return protoReply({});
}

/** A file of the store, as the proxy sends it: before 3.x in pieces, whole whatever Range asks for. */
function proxiedFile(call: Call, path: string): WireReply {
  const { dialect, world } = call;
  const bytes = world.files.get(path);
  if (bytes !== null) {
    return dialect.isThree ? sendFile(call, path) : streamReply({ name: nameOf(path), bytes }, dialect);
  }
  if (dialect.isThree) {
    const reply = refusalOf(missing(`No such artifact: '${path}'`), dialect);
    return { ...reply, body: JSON.stringify(JSON.parse(String(reply.body))) };
  }
  if (!dialect.validatesFields) throw new TypeError(`Cannot open ${path}`);
  const root = "/mlartifacts";
  throw new RestError(
    "INTERNAL_ERROR",
    `The following failures occurred while downloading one or more artifacts from ${root}\n` +
      `##### File ${path} #####\n[Errno 2] No such file or directory: '${root}/${path}'`,
  );
}

/**
 * A file as the proxy sends it before 3.x: of unknown length, its name as it is. A name that Latin-1 cannot hold is more
 * than its gunicorn can send: 2.x drops the connection, 1.x fails.
 */
function streamReply(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  dialect: Dialect,
): WireReply {
  const fits = /^[\x20-\x7e\xa0-\xff]*$/.test(name);
  const chunked = { "transfer-encoding": "chunked" };
  if (dialect.validatesFields) {
    const headers = { ...chunked, "content-disposition": `attachment; filename=${name}` };
    return { status: fits ? 200 : NO_ANSWER, contentType: typeOf(name, dialect), headers, body: bytes };
  }
  if (!fits) return gunicornPage(500, { title: "Internal Server Error", text: "" });
  const headers = { ...chunked, "content-disposition": "attachment", filename: name };
  return { status: 200, contentType: "text/html; charset=utf-8", headers, body: bytes };
}

function disabled(rule: string): WireReply {
  const text = `Endpoint: ${rule} disabled due to the mlflow server running with \`--no-serve-artifacts\`. ` +
    "To enable artifacts server functionality, run `mlflow server` with `--serve-artifacts`";
  return textReply(503, text);
}
