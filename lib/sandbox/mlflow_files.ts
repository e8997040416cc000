/**
 * A file as a reply: an attachment, whole or a range of it.
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Dialect } from "./mlflow_dialect.ts";
import type { WireReply } from "./mlflow_wire.ts";

/** What {@linkcode fileReply} sends. */
export interface FileToSend {
  /** The last part of its path. */
  readonly name: string;
  /** Its content. */
  readonly bytes: Uint8Array;
  /** The header Range; undefined to ignore it. */
  readonly range: string | undefined;
}

/** Extensions that the server sends as text, so that a browser shows them. */
const TEXT = new Set([
  ...["txt", "log", "err", "cfg", "conf", "cnf", "cf", "ini", "properties", "prop", "hocon", "toml", "yaml", "yml"],
  ...["xml", "json", "js", "py", "py3", "csv", "tsv", "md", "rst", "mlmodel", "mlproject"],
]);

/** A file as an attachment; 206 with the part that a Range header asks for. */
export function fileReply({ name, bytes, range }: FileToSend, dialect: Dialect): WireReply {
  const headers: Record<string, string> = {
    "content-disposition": disposition(name),
    "accept-ranges": "bytes",
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    "x-content-type-options": "nosniff",
  };
  const contentType = typeOf(name, dialect);
  const part = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
  if (part === null || (part[1] === "" && part[2] === "")) return { status: 200, contentType, headers, body: bytes };
  const size = bytes.byteLength;
  const from = part[1] === "" ? Math.max(size - Number(part[2]), 0) : Number(part[1]);
  const to = part[1] === "" || part[2] === "" ? size : Math.min(Number(part[2]) + 1, size);
  if (from >= size) {
    return {
      status: 416,
      contentType: "text/html; charset=utf-8",
      headers: { "content-range": `bytes */${size}` },
      body: "",
    };
  }
  headers["content-range"] = `bytes ${from}-${to - 1}/${size}`;
  return { status: 206, contentType, headers, body: bytes.subarray(from, to) };
}

/** A file as the proxy sends it before 3.x: of unknown length, its name as it is, in 1.24 not named at all. */
export function streamReply({ name, bytes }: Omit<FileToSend, "range">, dialect: Dialect): WireReply {
  const headers = { "transfer-encoding": "chunked" };
  if (!dialect.validatesFields) {
    const contentType = "text/html; charset=utf-8";
    return {
      status: 200,
      contentType,
      headers: { ...headers, "content-disposition": "attachment", filename: name },
      body: bytes,
    };
  }
  const contentType = typeOf(name, dialect);
  const latin = Buffer.from(name).toString("latin1");
  const attachment = `attachment; filename=${/^[\x20-\xff]*$/.test(name) ? name : latin}`;
  return { status: 200, contentType, headers: { ...headers, "content-disposition": attachment }, body: bytes };
}

function typeOf(name: string, dialect: Dialect): string {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (!TEXT.has(extension)) return "application/octet-stream";
  return dialect.validatesFields ? "text/plain" : "text/plain; charset=utf-8";
}

function disposition(name: string): string {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return `attachment; filename=${name}`;
  // deno-lint-ignore no-control-regex -- ASCII is what a header may hold
  if (/^[\x00-\x7f]*$/.test(name)) return `attachment; filename="${name.replace(/["\\]/g, "\\$&")}"`;
  const plain = name.normalize("NFKD").replace(/[^\x20-\x7e]/g, "") || "download";
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}
