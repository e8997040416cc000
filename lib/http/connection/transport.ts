/**
 * How bytes get to a server: by the runtime's own fetch, or, where a proxy or certificates are asked for, by undici.
 * @module
 */
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { Dispatcher } from "undici";
import type { Environment } from "../../environment.ts";
import { hasProxyVariables, proxyFor } from "./proxy.ts";
import { isSpecial, readTlsFiles, type TlsOptions, withEnvironment } from "./tls.ts";

/** One exchange: what goes to the server. */
export interface TransportRequest {
  /** "GET" or "POST". */
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, if any. */
  readonly body?: string | ReadableStream<Uint8Array>;
  /** Ends the exchange, the reading of the body included. */
  readonly signal: AbortSignal;
}

/** Carries requests. Redirects are not followed; failures of the connection are thrown as they come. */
export interface Transport {
  /** Sends the request and resolves at the reply's headers. */
  fetch(url: URL, request: TransportRequest): Promise<Response>;
  /** Frees connections. */
  close(): Promise<void>;
}

/** What a transport needs to know. */
export interface TransportOptions {
  /** Where the proxy variables are, and REQUESTS_CA_BUNDLE. @default {{}} */
  readonly env?: Environment;
  /** What is special about encrypted connections. */
  readonly tls?: TlsOptions;
  /**
   * False opens a new connection for each call to a plain http address. MLflow 3.5+ (uvicorn) sends a reply in two
   * writes, and on a kept-alive connection the second one waits for a delayed acknowledgement: a call of 9 ms takes
   * 50 ms (measured on 3.17.2 from Deno and Node; with 8 calls in flight the two are equal). MLflow 1.x and 2.x close
   * by themselves. @default {true}
   */
  readonly keepAlive?: boolean;
}

/** Creates a transport. Files of certificates are read when the first encrypted connection needs them. */
export function createTransport(options: TransportOptions = {}): Transport {
  return new RoutedTransport(options);
}

class RoutedTransport implements Transport {
  readonly #env: Environment;
  readonly #tls: TlsOptions;
  readonly #keepAlive: boolean;
  /** By the proxy's address; "" goes directly. */
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();

  constructor(options: TransportOptions) {
    this.#env = options.env ?? {};
    this.#tls = withEnvironment(options.tls ?? {}, this.#env);
    this.#keepAlive = options.keepAlive ?? true;
  }

  async fetch(url: URL, request: TransportRequest): Promise<Response> {
    const proxy = proxyFor(url, this.#env);
    const isPlainDirect = proxy === null && url.protocol === "http:";
    const headers = isPlainDirect && !this.#keepAlive ? { ...request.headers, connection: "close" } : request.headers;
    // Deno's fetch follows the process's own proxy variables, whatever ours say; where there are none, it is the best.
    if (!hasProxyVariables(this.#env) && !(url.protocol === "https:" && isSpecial(this.#tls))) {
      const reply = await fetch(url, fetchOptions({ ...request, headers }));
      // Node's unpacks whatever comes, Deno's nothing for a caller who names the encodings himself.
      return "Deno" in globalThis && "accept-encoding" in headers ? unpacked(reply) : reply;
    }
    return await undiciFetch(url, { ...request, headers }, await this.#dispatcher(proxy));
  }

  async close(): Promise<void> {
    const dispatchers = await Promise.allSettled(this.#dispatchers.values());
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map((each) => each.status === "fulfilled" ? each.value.destroy() : undefined));
  }

  #dispatcher(proxy: URL | null): Promise<Dispatcher> {
    const key = proxy?.href ?? "";
    const dispatcher = this.#dispatchers.get(key) ?? createDispatcher(proxy, this.#tls);
    this.#dispatchers.set(key, dispatcher);
    return dispatcher;
  }
}

function fetchOptions(request: TransportRequest): RequestInit {
  const { method, headers, body, signal } = request;
  // The standard asks for "duplex" with a stream; Deno's types do not know it.
  const duplex = body instanceof ReadableStream ? { duplex: "half" } : {};
  return { method, headers, signal, redirect: "manual", ...duplex, body };
}

async function createDispatcher(proxy: URL | null, tls: TlsOptions): Promise<Dispatcher> {
  const { Agent, Pool, ProxyAgent } = await import("undici");
  // Limits of time are the caller's; up to a second undici sets timers that end with close().
  const common = {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 1000,
    keepAliveMaxTimeout: 1000,
  };
  const files = await readTlsFiles(tls);
  const connect = { ...files, timeout: 0 };
  if (proxy === null) return new Agent({ ...common, connect });
  const proxyTls = { ...(files.ca && { ca: files.ca }), timeout: 0 };
  // Without factories of ours the options do not reach the connections to the proxy itself.
  const factory = (origin: string | URL, options: object): Dispatcher => new Pool(origin, { ...options, ...common });
  return new ProxyAgent({
    ...common,
    uri: proxy.href,
    requestTls: connect,
    proxyTls,
    factory,
    clientFactory: factory,
  });
}

// Not undici's fetch: under Deno its bodies hang for ever when the connection breaks. Its request() does not.
async function undiciFetch(url: URL, request: TransportRequest, dispatcher: Dispatcher): Promise<Response> {
  const { body } = request;
  const reply = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method as Dispatcher.HttpMethod,
    headers: { "accept-encoding": "gzip", ...request.headers },
    body: body instanceof ReadableStream ? Readable.fromWeb(body as NodeReadableStream<Uint8Array>) : body ?? null,
    signal: request.signal,
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(reply.headers)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  const stream = Readable.toWeb(reply.body) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const status = reply.statusCode;
  if (status === 204 || status === 205 || status === 304) {
    await stream.cancel();
    return new Response(null, { status, headers });
  }
  return unpacked(new Response(stream, { status, headers }));
}

/** As fetch does: the body as it was before a server compressed it. */
function unpacked(reply: Response): Response {
  const { status, headers, body } = reply;
  if (body === null || headers.get("content-encoding")?.trim().toLowerCase() !== "gzip") return reply;
  const kept = new Headers(headers);
  // The length that was announced is not the length that is read.
  kept.delete("content-length");
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), { status, headers: kept });
}
