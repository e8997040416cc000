/**
 * Requests off node:http, and replies onto it.
 * @module
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readChunks } from "../../chunks.ts";
import type { Dialect } from "./dialect.ts";
import { bodyOf, type WireReply, type WireRequest } from "./wire.ts";

export interface ReplyTarget {
  readonly response: ServerResponse;
  /** Whose Server header it has, and whether the connection is kept. */
  readonly dialect: Dialect;
}

/** Reads a request to its end. Rejects when the client gives up. */
export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Uint8Array[] = [];
  await readChunks(incoming, (chunk) => void chunks.push(chunk));
  const target = incoming.url ?? "/";
  const [path = "/", query = ""] = target.split(/\?(.*)/s);
  return {
    method: incoming.method ?? "GET",
    target,
    path: decodePath(path),
    query: new URLSearchParams(query),
    headers: incoming.headers as Readonly<Record<string, string | undefined>>,
    body: Buffer.concat(chunks),
  };
}

export function sendReply(reply: WireReply, target: ReplyTarget): void {
  const body = bodyOf(reply);
  writeHead(reply, body.byteLength, target);
  target.response.end(body);
}

/** Sends a reply's status and headers. */
export function writeHead(reply: WireReply, bodyBytes: number, { response, dialect }: ReplyTarget): void {
  const headers: Record<string, string> = { server: dialect.server, "content-type": reply.contentType };
  if (reply.headers?.["transfer-encoding"] === undefined) headers["content-length"] = String(bodyBytes);
  if (!dialect.keepsAlive) headers["connection"] = "close";
  response.writeHead(reply.status, { ...headers, ...reply.headers });
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
