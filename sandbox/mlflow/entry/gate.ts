/**
 * What is refused before MLflow itself sees a request: gunicorn's limit of the request line, and the Host check.
 * @module
 */
import type { Dialect } from "../protocol/dialect.ts";
import { gunicornPage, textReply, type WireReply, type WireRequest } from "../protocol/wire.ts";

/** gunicorn's limit_request_line. */
const REQUEST_LINE_BYTES = 4094;

/** What 3.5 and later let in without --allowed-hosts: this machine and private networks, at any port. */
const PRIVATE_HOSTS: readonly string[] = [
  ...["localhost", "127.0.0.1", "[::1]", "0.0.0.0"].flatMap((host) => [host, `${host}:*`]),
  ...["192.168.*", "10.*", "fc00:*", "fd00:*"],
  ...Array.from({ length: 16 }, (_, index) => `172.${16 + index}.*`),
];

export interface GateOptions {
  readonly dialect: Dialect;
  /** As --allowed-hosts, "*" for any text; null: what the version lets in by default. */
  readonly allowedHosts: readonly string[] | null;
}

/** The refusal of a request; undefined where it may go on. */
export function refuseEarly(request: WireRequest, { dialect, allowedHosts }: GateOptions): WireReply | undefined {
  const line = `${request.method} ${request.target} HTTP/1.1`;
  if (dialect.requestLineRefusal !== null && line.length > REQUEST_LINE_BYTES) {
    const [status, title] = dialect.requestLineRefusal;
    const text = `Request Line is too large (${line.length} &gt; ${REQUEST_LINE_BYTES})`;
    return gunicornPage(status, { title, text });
  }
  if (request.path.endsWith("/health") || request.path.endsWith("/version")) return undefined;
  const allowed = allowedHosts ?? (dialect.isThree ? PRIVATE_HOSTS : ["*"]);
  const host = request.headers["host"] ?? "";
  if (allowed.some((pattern) => hostPattern(pattern).test(host))) return undefined;
  return textReply(403, "Invalid Host header - possible DNS rebinding attack detected", "text/plain");
}

function hostPattern(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`);
}
