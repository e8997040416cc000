/**
 * A file as a reply: an attachment, whole or a range of it.
 * @module
 */
import { createHash } from "node:crypto";
import type { Dialect } from "../protocol/dialect.ts";
import type { WireReply } from "../protocol/wire.ts";

export interface FileToSend {
  /** The last part of its path. */
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

const NOT_PRINTABLE = /[^\x20-\x7e]/g;

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

/** The Content-Type of a file by its name. */
export function typeOf(name: string, dialect: Dialect): string {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (!TEXT.has(extension)) return "application/octet-stream";
  return dialect.validatesFields ? "text/plain" : "text/plain; charset=utf-8";
}

function disposition(name: string): string {
  const plain = name.normalize("NFKD").replace(NOT_PRINTABLE, "") || "download";
  const token = /^[\w!#$%&'*+.^`|~-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, "\\$&")}"`;
  const whole = plain === name ? "" : `; filename*=UTF-8''${encodeURIComponent(name)}`;
  return `attachment; filename=${token}${whole}`;
}
