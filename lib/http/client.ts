/**
 * Requests to one server: bounded, retried as whole replies, and told in the user's words when they fail.
 * @module
 */
import { UsageError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { VERSION } from "../version.ts";
import { watchStream } from "./reply/body.ts";
import type { HttpFailure } from "./failure/errors.ts";
import { checkHeaders } from "./headers.ts";
import { Limiter } from "./limiter.ts";
import { ListParser } from "./reply/list_parser.ts";
import { parseReply } from "./reply/json.ts";
import { type RetryOptions, retryPolicy } from "./retry.ts";
import { type Exchange, Sender } from "./sender.ts";
import { createTransport, type Transport } from "./connection/transport.ts";
import type { Fold, HttpClient, HttpReply, HttpRequest, HttpStream } from "./types.ts";
import { basicAuthorization, splitCredentials } from "./failure/url.ts";

/** What a client is made from. */
export interface HttpClientOptions {
  /** http or https. User and password in it become Basic authentication, over any Authorization among the headers. */
  readonly baseUrl: string;
  /** The service's name for messages: "MLflow", "Kiroframe". */
  readonly service: string;
  /** Hears of every call (debug) and of every further attempt (warn). */
  readonly logger: Logger;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
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
      transport: this.#transport,
      limiter: options.limiter ?? new Limiter(),
      policy: retryPolicy(options.retry),
      timeoutMs: options.timeoutMs ?? 120_000,
      logger: options.logger,
      signal: options.signal,
      hintFor: options.hintFor,
    });
  }

  request(request: HttpRequest): Promise<HttpReply> {
    return this.#sender.send(request, readWhole);
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
      for await (const text of textOf(response)) {
        const items = parser.push(text);
        if (items.length > 0) fold.take(items);
      }
      const { text, key } = parser.end();
      const value = fold.end(parseReply(text, { info, headers: response.headers }), key);
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

async function readWhole(exchange: Exchange): Promise<HttpReply> {
  const { status, headers } = exchange.response;
  const text = await exchange.response.text();
  settle(exchange);
  return { status, headers, text };
}

async function* textOf({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  if (body !== null) { for await (const chunk of body) yield decoder.decode(chunk, { stream: true }); }
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
    errorOf,
  });
  return Promise.resolve({ status: response.status, headers: response.headers, stream });
}
