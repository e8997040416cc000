/**
 * A file as a reply: an attachment, whole or a range of it.
 * @module
 */
import { createHash } from "node:crypto";
import type { WireReply } from "./mlflow_wire.ts";

/** What {@linkcode fileReply} sends. */
export interface FileToSend {
  readonly name: string;
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
export function fileReply({ name, bytes, range }: FileToSend): WireReply {
  const headers: Record<string, string> = {
    "content-disposition": disposition(name),
    "accept-ranges": "bytes",
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    "x-content-type-options": "nosniff",
  };
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const contentType = TEXT.has(extension) ? "text/plain" : "application/octet-stream";
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

function disposition(name: string): string {
  // deno-lint-ignore no-control-regex -- ASCII is what a header may hold
  if (/^[\x00-\x7f]*$/.test(name)) return `attachment; filename="${name.replace(/["\\]/g, "\\$&")}"`;
  const plain = name.normalize("NFKD").replace(/[^\x20-\x7e]/g, "") || "download";
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}
