/**
 * Requests to one server: bounded, retried as whole replies, and told in the user's words when they fail.
 * @module
 */
import { UsageError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { VERSION } from "../version.ts";
import { chunksOf, watchStream } from "./reply/body.ts";
import { ConnectionFailure } from "./failure/connection.ts";
import { BadReplyError, type HttpFailure } from "./failure/errors.ts";
import { checkHeaders } from "./headers.ts";
import { Limiter } from "./limiter.ts";
import { ListParser } from "./reply/list_parser.ts";
import { parseReply } from "./reply/json.ts";
import { type RetryOptions, retryPolicy } from "./retry.ts";
import { type Exchange, Sender } from "./sender.ts";
import { createTransport, type Transport } from "./connection/transport.ts";
import type { CallWatcher } from "./watcher.ts";
import type { Authorize, Fold, HttpClient, HttpReply, HttpRequest, HttpStream } from "./types.ts";
import { basicAuthorization, splitCredentials } from "./failure/url.ts";

/** What a client is made from. */
export interface HttpClientOptions {
  /** http or https. User and password in it become Basic authentication, over any Authorization among the headers. */
  readonly baseUrl: string;
  /** The service's name for messages: "MLflow", "Kiroframe". */
  readonly service: string;
  /** Hears of every call (debug) and of every further attempt (warn). */
  readonly logger: Logger;
  /** Told of every attempt, and of the waits between them. @default {nobody} */
  readonly watcher?: CallWatcher;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Signs each attempt: over any header of the same name. @default {nothing is signed} */
  readonly authorize?: Authorize;
  /** Told of each token that {@linkcode HttpClientOptions.authorize} gives, before it is sent: nobody could know it earlier. @default {nobody} */
  readonly hide?: (secrets: readonly string[]) => void;
  /** Carries the requests; closed with the client. @default {createTransport()} */
  readonly transport?: Transport;
  /** Bounds the calls in flight; may be shared with other clients. @default {new Limiter()} */
  readonly limiter?: Limiter;
  /** How passing failures are tried again. */
  readonly retry?: RetryOptions;
  /** Limit for one attempt, and for each chunk of an open stream. @default {120_000} */
  readonly timeoutMs?: number;
  /** Ends all requests. */
  readonly signal?: AbortSignal;
  /** What the user can do about a failure, where the room knows better than this one; undefined where it does not. */
  readonly hintFor?: (failure: HttpFailure) => string | undefined;
}

/** The beginning of a reply that is asked for as text. */
const MAX_TEXT_BYTES = 1 << 20;

/** What a reply of JSON may have at most, unpacked: it is held in memory as a whole. */
const MAX_JSON_BYTES = 256 << 20;

/**
 * Creates a client for one server.
 *
 * @throws {UsageError} if the address is none, or a header cannot be sent.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  return new Client(options);
}

class Client implements HttpClient {
  readonly #sender: Sender;
  readonly #transport: Transport;

  constructor(options: HttpClientOptions) {
    if (!URL.canParse(options.baseUrl)) {
      throw new UsageError(`Cannot use the address of ${options.service}: it is not a URL`, {
        hint: "Give it as http://HOST:PORT or https://HOST",
      });
    }
    const { url, credentials } = splitCredentials(new URL(options.baseUrl));
    this.#transport = options.transport ?? createTransport();
    this.#sender = new Sender({
      service: options.service,
      baseUrl: url.origin + url.pathname.replace(/\/$/, ""),
      headers: {
        "user-agent": `kiroframe-importer/${VERSION}`,
        ...checkHeaders(options.headers),
        ...(credentials && { authorization: basicAuthorization(credentials) }),
      },
      authorize: options.authorize,
      hide: options.hide,
      transport: this.#transport,
      limiter: options.limiter ?? new Limiter(),
      policy: retryPolicy(options.retry),
      timeoutMs: options.timeoutMs ?? 120_000,
      logger: options.logger,
      watcher: options.watcher,
      signal: options.signal,
      hintFor: options.hintFor,
    });
  }

  get calls(): number {
    return this.#sender.calls;
  }

  request(request: HttpRequest): Promise<HttpReply> {
    return this.#sender.send(request, (exchange) => readText(exchange, request.maxTextBytes ?? MAX_TEXT_BYTES));
  }

  json(request: HttpRequest): Promise<unknown> {
    return this.fold(request, collect);
  }

  fold<T>(request: HttpRequest, begin: () => Fold<T>): Promise<T> {
    const headers = { accept: "application/json", ...request.headers };
    return this.#sender.send({ ...request, headers }, async (exchange) => {
      const { response, info } = exchange;
      const parser = new ListParser();
      const fold = begin();
      for await (const text of textOf(exchange)) {
        const items = parser.push(text);
        if (items.length > 0) fold.take(items);
      }
      const { text, key } = parser.end();
      const value = fold.end(parseReply(text, { info: info, headers: response.headers }), key);
      settle(exchange);
      return value;
    });
  }

  open(request: HttpRequest): Promise<HttpStream> {
    // Length and ranges of a compressed body would be those of its compressed form.
    const headers = { "accept-encoding": "identity", ...request.headers };
    return this.#sender.send({ ...request, headers }, openStream);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}

async function readText(exchange: Exchange, maxBytes: number): Promise<HttpReply> {
  const { status, headers } = exchange.response;
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of chunksOf(exchange.response)) {
    text += decoder.decode(chunk, { stream: true });
    // More is not needed of anything that is asked for as text.
    if ((bytes += chunk.length) > maxBytes) break;
  }
  settle(exchange);
  return { status, headers, text: text + decoder.decode() };
}

async function* textOf({ response, info }: Exchange): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of chunksOf(response)) {
    if ((bytes += chunk.length) > MAX_JSON_BYTES) {
      const detail = `more than ${MAX_JSON_BYTES >> 20} MiB, which nothing that was asked for has`;
      throw new BadReplyError(info, { reason: "long", detail });
    }
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** The whole reply, as JSON.parse would give it. */
function collect(): Fold<unknown> {
  const items: unknown[] = [];
  return {
    take(more): void {
      for (const item of more) items.push(item);
    },
    end(reply, key): unknown {
      if (items.length === 0 || key === undefined) return reply;
      const object = reply as Record<string, readonly unknown[]>;
      this.take(object[key] ?? []);
      return { ...object, [key]: items };
    },
  };
}

function settle({ slot, end }: Exchange): void {
  slot.succeeded();
  end();
}

function openStream({ response, deadline, slot, errorOf, end }: Exchange): Promise<HttpStream> {
  deadline.pause();
  slot.succeeded();
  const stream = watchStream(response.body ?? new ReadableStream({ start: (empty) => empty.close() }), {
    beforeRead: () => deadline.restart(),
    afterRead: () => deadline.pause(),
    onEnd: end,
    errorOf: (thrown) => errorOf(new ConnectionFailure(thrown)),
  });
  return Promise.resolve({ status: response.status, headers: response.headers, stream });
}
