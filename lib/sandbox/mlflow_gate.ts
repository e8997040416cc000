/**
 * What is refused before MLflow itself sees a request: gunicorn's limit of the request line, and the Host check.
 * @module
 */
import type { Dialect } from "./mlflow_dialect.ts";
import { textReply, type WireReply, type WireRequest } from "./mlflow_wire.ts";

/** How the gate is set up. */
export interface GateOptions {
  readonly dialect: Dialect;
  /** Null: any host may be named. */
  readonly allowedHosts: readonly string[] | null;
}

/** The refusal of a request; undefined where it may go on. */
export function refuseEarly(request: WireRequest, { dialect, allowedHosts }: GateOptions): WireReply | undefined {
  const line = `${request.method} ${request.target} HTTP/1.1`;
  if (dialect.requestLineBytes !== null && line.length > dialect.requestLineBytes) {
    const text = `Request Line is too large (${line.length} > ${dialect.requestLineBytes})`;
    const title = `<title>Bad Request</title>`;
    const body = `<html>\n  <head>\n    ${title}\n  </head>\n  <body>\n    <h1><p>Bad Request</p></h1>\n` +
      `    ${text.replace(">", "&gt;")}\n  </body>\n</html>\n`;
    return textReply(400, body, "text/html");
  }
  if (allowedHosts === null || request.path === "/health" || request.path === "/version") return undefined;
  if (allowedHosts.includes(request.headers["host"] ?? "")) return undefined;
  return textReply(
    403,
    "Invalid Host header - possible DNS rebinding attack detected",
    "text/plain; charset=utf-8",
  );
}
