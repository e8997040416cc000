/**
 * What a fetch that threw ran into. Deno and Node tell it in different words, somewhere down the chain of causes.
 * @module
 */
import {
  HttpError,
  NoAnswerError,
  type NoAnswerReason,
  type RequestInfo,
  TlsError,
  type TlsProblem,
} from "./errors.ts";

/**
 * Returns the error to throw for what a transport threw: {@linkcode TlsError}, {@linkcode NoAnswerError}, or an
 * {@linkcode HttpError} of the proxy.
 */
export function errorOfFetch(thrown: unknown, request: RequestInfo): TlsError | NoAnswerError | HttpError {
  const chain = causesOf(thrown);
  const text = chain.map((error) => `${codeOf(error)} ${error.message}`).join("\n");
  const proxyStatus = /Proxy response \((\d{3})\)|Proxy Authentication Required \((407)\)/.exec(text);
  if (proxyStatus !== null) return proxyError(Number(proxyStatus[1] ?? proxyStatus[2]), { thrown, request });

  const detail = detailOf(chain);
  if (isTls(text)) {
    const problem = tlsProblem(text);
    return new TlsError(request, { problem, detail, hint: TLS_HINTS[problem], cause: thrown });
  }
  const reason = reasonOf(text);
  return new NoAnswerError(request, { reason, detail, hint: HINTS[reason], cause: thrown });
}

/** Returns the error of a request that got no answer, or no further part of one, in its time. */
export function errorOfTimeout(request: RequestInfo, timeoutMs: number): NoAnswerError {
  const detail = `nothing came for ${timeoutMs / 1000} s`;
  return new NoAnswerError(request, { reason: "timeout", detail, hint: HINTS.timeout });
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
  // node:tls gives codes, rustls (below Deno's own fetch) gives words.
  return /\b(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/.test(text) ||
    /peer certificate|fatal alert|InvalidContentType|peer is incompatible|HandshakeFailure/i.test(text);
}

function tlsProblem(text: string): TlsProblem {
  if (/WRONG_VERSION_NUMBER|InvalidContentType/i.test(text)) return "protocol";
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
};

function proxyError(status: number, options: { thrown: unknown; request: RequestInfo }): HttpError {
  const { origin } = new URL(options.request.url);
  const hint = status === 407
    ? "Give the proxy's user and password in its variable: http://USER:PASSWORD@HOST:PORT"
    : "Check the proxy variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY";
  return new HttpError({ service: "The proxy", method: "CONNECT", url: origin, status, body: "" }, {
    hint,
    cause: options.thrown,
  });
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
