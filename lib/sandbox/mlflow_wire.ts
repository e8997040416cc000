/**
 * Requests and replies of the sandboxed MLflow server as they cross the wire.
 * @module
 */
import { protoJson, type ProtoValue } from "./mlflow_json.ts";

/** A request as it came off the wire. */
export interface WireRequest {
  /** As sent: GET, POST, … */
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Decoded path, without query and without the static prefix. */
  readonly path: string;
  /** The parameters of the query. */
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes sent; empty for a GET. */
  readonly body: Uint8Array;
}

/** A reply before faults are applied. */
export interface WireReply {
  /** The HTTP status. */
  readonly status: number;
  /** The header Content-Type. */
  readonly contentType: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, sent as UTF-8, or bytes. */
  readonly body: string | Uint8Array;
}

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
