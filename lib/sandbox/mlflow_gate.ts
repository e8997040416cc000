/**
 * What is refused before MLflow itself sees a request: gunicorn's limit of the request line, and the Host check.
 * @module
 */
import type { Dialect } from "./mlflow_dialect.ts";
import { textReply, type WireReply, type WireRequest } from "./mlflow_wire.ts";

/** gunicorn's limit_request_line. */
const REQUEST_LINE_BYTES = 4094;

/** How the gate is set up. */
export interface GateOptions {
  /** What the version refuses. */
  readonly dialect: Dialect;
  /** Null: any host may be named. */
  readonly allowedHosts: readonly string[] | null;
}

/** The refusal of a request; undefined where it may go on. */
export function refuseEarly(request: WireRequest, { dialect, allowedHosts }: GateOptions): WireReply | undefined {
  const line = `${request.method} ${request.target} HTTP/1.1`;
  if (dialect.requestLineRefusal !== null && line.length > REQUEST_LINE_BYTES) {
    const [status, title] = dialect.requestLineRefusal;
    const body = `<html>\n  <head>\n    <title>${title}</title>\n  </head>\n  <body>\n    <h1><p>${title}</p></h1>\n` +
      `    Request Line is too large (${line.length} &gt; ${REQUEST_LINE_BYTES})\n  </body>\n</html>\n`;
    return textReply(status, body, "text/html");
  }
  if (allowedHosts === null || request.path === "/health" || request.path === "/version") return undefined;
  if (allowedHosts.includes(request.headers["host"] ?? "")) return undefined;
  return textReply(
    403,
    "Invalid Host header - possible DNS rebinding attack detected",
    "text/plain; charset=utf-8",
  );
}
