/**
 * Kiroframe's one endpoint on the wire: what a request must look like whatever its row says, and how it is answered.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Receipt {
  /** 200 or what it is refused with. */
  readonly status: number;
  readonly reply: Readonly<Record<string, unknown>>;
  /** Why it was refused; null where it was not. */
  readonly reason: string | null;
}

/** A request without its row. */
export interface RequestHead {
  /** POST in all that a correct client sends. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** By name in small letters. */
  readonly headers: IncomingMessage["headers"];
}

const IMPORT_PATH = "/arcee/v2/import";

export function accept(reply: Receipt["reply"]): Receipt {
  return { status: 200, reply, reason: null };
}

export function refuse(status: number, reason: string): Receipt {
  return { status, reply: { error: reason }, reason };
}

/** Refuses what no row can make good: address, method, token, content type. Undefined where it may go on. */
export function refuseHead({ method, path, headers }: RequestHead, token: string): Receipt | undefined {
  if (path !== IMPORT_PATH) return refuse(404, `There is nothing at ${path}`);
  if (method !== "POST") return refuse(405, `${method} is not POST`);
  if (headers["x-api-key"] !== token) return refuse(401, "The x-api-key is unknown");
  const type = headers["content-type"];
  return type === "application/json" ? undefined : refuse(415, `The content type is ${type}, not application/json`);
}

export function sendReceipt({ status, reply }: Receipt, response: ServerResponse): void {
  const body = new TextEncoder().encode(JSON.stringify(reply));
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}
