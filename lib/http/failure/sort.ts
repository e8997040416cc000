/**
 * What a fetch that threw ran into. Deno and Node tell it in different words, somewhere down the chain of causes.
 * @module
 */
import { TunnelRefusal } from "./connection.ts";
import { NoAnswerError, ProxyError, RedirectError, TlsError, type TlsProblem } from "./errors.ts";
import type { NoAnswerReason, RequestInfo } from "./request.ts";

/** Returns the error to throw for what befell a connection. */
export function errorOfFetch(
  thrown: unknown,
  request: RequestInfo,
): TlsError | NoAnswerError | ProxyError | RedirectError {
  const chain = causesOf(thrown);
  const refusal = chain.find((error) => error instanceof TunnelRefusal);
  if (refusal !== undefined) return new ProxyError(request, { status: refusal.status, cause: thrown });
  const text = chain.map((error) => `${codeOf(error)} ${error.message}`).join("\n");
  const detail = detailOf(chain);
  if (isTls(text)) {
    const problem = tlsProblem(text);
    return new TlsError(request, { problem, detail, hint: tlsHint(problem, request), cause: thrown });
  }
  return noAnswer(request, { reason: reasonOf(text), detail, cause: thrown });
}

/** Returns the error of a request that got no answer, or no further part of one, in its time. */
export function errorOfTimeout(request: RequestInfo, timeoutMs: number): NoAnswerError | RedirectError {
  return noAnswer(request, { reason: "timeout", detail: `nothing came for ${timeoutMs / 1000} s` });
}

/** Returns the error of a plain request to a port that wants TLS. */
export function errorOfPlain(request: RequestInfo, cause: unknown): TlsError {
  const detail = "that port speaks TLS and was asked in plain http";
  return new TlsError(request, { problem: "plain", detail, hint: TLS_HINTS.plain, cause });
}

function noAnswer(
  request: RequestInfo,
  { reason, ...how }: { readonly reason: NoAnswerReason; readonly detail: string; readonly cause?: unknown },
): NoAnswerError | RedirectError {
  const isOfProxy = request.proxy !== undefined && (reason === "refused" || reason === "dns");
  const hint = isOfProxy
    ? `Check that the proxy runs, correct ${request.proxy?.variable}, or name the server's host in NO_PROXY`
    : HINTS[reason];
  const error = new NoAnswerError(request, { reason, hint, ...how });
  const { redirect } = request;
  if (redirect?.isElsewhere !== true) return error;
  // The server answered: that its answer leads nowhere will not pass by itself.
  return new RedirectError(request, {
    location: redirect.location,
    detail: `no answer came from there: ${how.detail}`,
    hint: "A login may stand before the server: check the address and the credentials",
    cause: error,
  });
}

const HINTS: Readonly<Record<NoAnswerReason, string>> = {
  refused: "Check that the server runs, and that host and port of the address are right",
  dns: "Check the host name of the address",
  timeout: "The server may be overloaded, or a firewall drops the connection: try again later",
  connection: "The server, or a proxy before it, closed the connection: try again later",
};

const BROKEN_OFF = "the connection broke before the reply was complete";

function reasonOf(text: string): NoAnswerReason {
  if (/ECONNREFUSED|connection refused|actively refused/i.test(text)) return "refused";
  if (/ENOTFOUND|EAI_AGAIN|dns error|getaddrinfo|lookup address/i.test(text)) return "dns";
  if (/ETIMEDOUT|_TIMEOUT\b|timed out|EHOSTUNREACH|ENETUNREACH|unreachable/i.test(text)) return "timeout";
  return "connection";
}

function isTls(text: string): boolean {
  // node:tls gives codes (that of Deno before 2.7 one for all), rustls (below Deno's own fetch) gives words.
  return /\b(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO|UNKNOWN write)/
    .test(text) ||
    /peer certificate|fatal alert|InvalidContentType|peer is incompatible|HandshakeFailure/i.test(text);
}

function tlsProblem(text: string): TlsProblem {
  if (/WRONG_VERSION_NUMBER|InvalidContentType/i.test(text)) return "protocol";
  if (/^UNKNOWN write/m.test(text)) return "untold";
  if (/expired|NotValidYet|NOT_YET_VALID/i.test(text)) return "time";
  if (/ALTNAME|HOSTNAME_MISMATCH|not valid for name|NotValidForName/i.test(text)) return "name";
  return /fatal alert/i.test(text) ? "client" : "authority";
}

const TLS_HINTS: Readonly<Record<TlsProblem, string>> = {
  // Under Deno, node:tls reports an expired certificate in the same words as an unknown authority.
  authority: "Check that the certificate is not expired; for a private authority, name its file in REQUESTS_CA_BUNDLE",
  time: "Renew the server's certificate, or check this machine's clock",
  name: "Use the host name that the server's certificate is made for",
  client: "The server asks for a client certificate, or for another one",
  protocol: "There seems to be no TLS on that port: try http:// in place of https://",
  untold:
    "The certificate is expired, for another name, or of an authority that is not trusted, or there is no TLS on that port: " +
    "a newer Deno tells which",
  plain: "Try https:// in place of http://",
};

function tlsHint(problem: TlsProblem, { authorities }: RequestInfo): string {
  if (problem !== "authority" || authorities === undefined) return TLS_HINTS[problem];
  const { path, variable = "the options" } = authorities;
  return `Only the authorities in ${path} (from ${variable}) were trusted: check that the server's is among them, and that its ` +
    "certificate is not expired";
}

/** The error, its cause, and so on; of several attempts to connect (IPv6, IPv4) all. */
function causesOf(thrown: unknown): Error[] {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && !chain.includes(error);) {
    chain.push(error);
    const attempts = error instanceof AggregateError ? error.errors.filter((each) => each instanceof Error) : [];
    chain.push(...attempts.slice(0, -1));
    error = error.cause ?? attempts.at(-1);
  }
  return chain;
}

function codeOf(error: Error): string {
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** The innermost message, in one line and without the address that Deno repeats in it. */
function detailOf(chain: readonly Error[]): string {
  const last = chain.at(-1);
  if (last === undefined) return "the connection failed";
  const text = last.message || codeOf(last) || last.name;
  const [line = text] = text.replace(/^.*?client error \(\w+\): /s, "").split("\n");
  return line
    .replace(/^tcp connect error: |^dns error: /, "")
    .replace(/ \(os error \d+\)$/, "")
    .replace(/^(?:other side closed|terminated|error reading a body.*|connection closed before.*)$/, BROKEN_OFF);
}
