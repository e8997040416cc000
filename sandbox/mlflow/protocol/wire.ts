/**
 * Requests and replies of the sandboxed MLflow server as they cross the wire.
 * @module
 */
import { protoJson, type ProtoValue } from "./json.ts";

/** A request as it came off the wire. */
export interface WireRequest {
  /** As sent: GET, POST, … */
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Decoded path, without query and without the static prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes sent; empty for a GET. */
  readonly body: Uint8Array;
}

/** A reply before faults are applied. */
export interface WireReply {
  /** The HTTP status, or {@linkcode NO_ANSWER}. */
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, sent as UTF-8, or bytes. */
  readonly body: string | Uint8Array;
}

export function bodyOf({ body }: WireReply): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

/** In the place of a status: the connection is dropped without an answer. */
export const NO_ANSWER = 0;

/** The reply of a proto endpoint. */
export function protoReply(message: ProtoValue): WireReply {
  return { status: 200, contentType: "application/json", body: protoJson(message) };
}

/** The reply of an endpoint that writes its own JSON. */
export function jsonReply(json: string): WireReply {
  return { status: 200, contentType: "application/json", body: json };
}

/** A plain or HTML text. */
export function textReply(status: number, text: string, contentType = "text/html; charset=utf-8"): WireReply {
  return { status, contentType, body: text };
}

/** A page of gunicorn, which stands before MLflow 1.x and 2.x. */
export function gunicornPage(
  status: number,
  { title, text }: { readonly title: string; readonly text: string },
): WireReply {
  const body = `<html>\n  <head>\n    <title>${title}</title>\n  </head>\n  <body>\n    <h1><p>${title}</p></h1>\n` +
    `    ${text}\n  </body>\n</html>\n`;
  return textReply(status, body, "text/html");
}
