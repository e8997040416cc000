/**
 * How bytes get to a server: by Deno's own fetch, or, under Node and where a proxy, certificates or a port that fetch does not go to are
 * asked for, by undici.
 * @module
 */
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { Dispatcher } from "undici";
import type { Environment } from "../../environment.ts";
import { onConnection } from "../failure/connection.ts";
import type { Way } from "../failure/request.ts";
import { splitCredentials } from "../failure/url.ts";
import { createDispatching, type Dispatching } from "./dispatchers.ts";
import { isBlockedPort } from "./ports.ts";
import { hasProxyVariables, proxyFor } from "./proxy.ts";
import { isSpecial, type TlsOptions, withEnvironment } from "./tls.ts";
import { speaksTls } from "./tls_probe.ts";

/** One exchange: what goes to the server. */
export interface TransportRequest {
  /** "GET" or "POST". */
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, if any. */
  readonly body?: string | ReadableStream<Uint8Array>;
  /** Whether the body comes as it is stored, packed or not. @default {false} */
  readonly isAsStored?: boolean;
  /** Ends the exchange, the reading of the body included. */
  readonly signal: AbortSignal;
}

/** Carries requests. Redirects are not followed. */
export interface Transport {
  /** Sends the request and resolves at the reply's headers. Rejects with a ConnectionFailure for what befalls the connection. */
  fetch(url: URL, request: TransportRequest): Promise<Response>;
  /** What stands between here and an address. @default {nothing} */
  wayTo?(url: URL): Way;
  /** Whether what listens there speaks TLS. @default {unknown} */
  speaksTls?(url: URL): Promise<boolean>;
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
  /** By the scheme and the proxy's address. */
  readonly #ways = new Map<string, Promise<Dispatching>>();

  constructor(options: TransportOptions) {
    this.#env = options.env ?? {};
    this.#tls = withEnvironment(options.tls ?? {}, this.#env);
    this.#keepAlive = options.keepAlive ?? true;
  }

  async fetch(url: URL, request: TransportRequest): Promise<Response> {
    const proxy = proxyFor(url, this.#env)?.url ?? null;
    const isEncrypted = url.protocol === "https:";
    const closes = proxy === null && !isEncrypted && !this.#keepAlive;
    const headers = closes ? { ...request.headers, connection: "close" } : request.headers;
    // Deno's fetch follows the process's own proxy variables, whatever ours say; where there are none, it is the best. Node's ends the
    // process where a server closes the connection of a body that is read slowly (22 and 24: assert(!this.paused)).
    // Deno's unpacks all but what was asked for as "identity" (and before 2.8 that, too), and so gives nothing as it is stored.
    const isDeno = "Deno" in globalThis && !request.isAsStored;
    if (isDeno && !hasProxyVariables(this.#env) && !(isEncrypted && isSpecial(this.#tls)) && !isBlockedPort(url)) {
      const reply = await onConnection(fetch(url, fetchOptions({ ...request, headers })), { ofFetch: true });
      // It unpacks nothing for a caller who names the encodings himself.
      return "accept-encoding" in headers ? unpacked(reply) : reply;
    }
    const way = await this.#way(proxy, isEncrypted);
    request.signal.throwIfAborted();
    return await undiciFetch(url, { ...request, headers }, way);
  }

  wayTo(url: URL): Way {
    const proxy = proxyFor(url, this.#env);
    const { caPath, caVariable } = this.#tls;
    return {
      proxy: proxy === null ? undefined : { address: splitCredentials(proxy.url).url.origin, variable: proxy.variable },
      authorities: caPath && url.protocol === "https:" ? { path: caPath, variable: caVariable } : undefined,
    };
  }

  async speaksTls(url: URL): Promise<boolean> {
    return proxyFor(url, this.#env) === null && await speaksTls(url);
  }

  async close(): Promise<void> {
    const ways = await Promise.allSettled(this.#ways.values());
    this.#ways.clear();
    await Promise.all(ways.map((each) => each.status === "fulfilled" ? each.value.dispatcher.destroy() : undefined));
  }

  #way(proxy: URL | null, isEncrypted: boolean): Promise<Dispatching> {
    const key = `${isEncrypted} ${proxy?.href ?? ""}`;
    const way = this.#ways.get(key) ?? createDispatching({ proxy, isEncrypted, tls: this.#tls });
    this.#ways.set(key, way);
    return way;
  }
}

function fetchOptions(request: TransportRequest): RequestInit {
  const { method, headers, body, signal } = request;
  // The standard asks for "duplex" with a stream; Deno's types do not know it.
  const duplex = body instanceof ReadableStream ? { duplex: "half" } : {};
  return { method, headers, signal, redirect: "manual", ...duplex, body };
}

// Not undici's fetch: under Deno its bodies hang for ever when the connection breaks. Its request() does not.
async function undiciFetch(url: URL, request: TransportRequest, way: Dispatching): Promise<Response> {
  const { body } = request;
  const { origin, path, headers: own } = way.address(url);
  const sent = way.dispatcher.request({
    origin,
    path,
    method: request.method as Dispatcher.HttpMethod,
    headers: { "accept-encoding": "gzip", ...request.headers, ...own },
    body: body instanceof ReadableStream ? Readable.fromWeb(body as NodeReadableStream<Uint8Array>) : body ?? null,
    signal: listenable(request.signal) as AbortSignal,
  });
  const reply = await onConnection(sent, { ofFetch: false });
  const headers = new Headers();
  for (const [name, value] of Object.entries(reply.headers)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  const stream = webStream(reply.body);
  const status = reply.statusCode;
  if (status === 204 || status === 205 || status === 304) {
    await stream.cancel();
    return new Response(null, { status, headers });
  }
  const whole = new Response(stream, { status, headers });
  return request.isAsStored ? whole : unpacked(whole);
}

/** Not Readable.toWeb(): under Deno, what still comes after a cancel ends the process. */
function webStream(body: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Who reads hears of a failure; where nobody reads, nobody has to.
  body.on("error", () => {});
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void body.destroy(),
  }, { highWaterMark: 0 });
}

/** The signal as anything that has listeners: for one of the runtime's, undici calls what Deno before 2.8 does not have. */
function listenable(signal: AbortSignal): object {
  return {
    get reason(): unknown {
      return signal.reason;
    },
    addEventListener: signal.addEventListener.bind(signal),
    removeEventListener: signal.removeEventListener.bind(signal),
  };
}

/** As fetch does: the body as it was before a server compressed it. */
function unpacked(reply: Response): Response {
  const { status, headers, body } = reply;
  const format = FORMATS[headers.get("content-encoding")?.trim().toLowerCase() ?? ""];
  if (body === null || format === undefined) return reply;
  const kept = new Headers(headers);
  // The length that was announced is not the length that is read.
  kept.delete("content-length");
  return new Response(body.pipeThrough(new DecompressionStream(format)), { status, headers: kept });
}

/** What may come for our "gzip", or from who does not ask. */
const FORMATS: Readonly<Record<string, CompressionFormat>> = { "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate" };
