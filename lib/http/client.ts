/**
 * Requests to one server: bounded, retried as whole replies, and told in the user's words when they fail.
 * @module
 */
import { AppError, UsageError } from "../errors.ts";
import type { Logger } from "../terminal/types.ts";
import { VERSION } from "../version.ts";
import { readBeginning, watchSource, watchStream } from "./body.ts";
import { Deadline, sleep } from "./deadline.ts";
import { errorOfReply, HttpError, type HttpFailure, isHttpFailure, type RequestInfo } from "./errors.ts";
import { errorOfFetch, errorOfTimeout } from "./failure.ts";
import { checkHeaders } from "./headers.ts";
import { Limiter, type Slot } from "./limiter.ts";
import { fetchFollowing } from "./redirect.ts";
import { parseReply } from "./reply.ts";
import { delayBeforeRetry, isOverload, isPassing, parseRetryAfter, type RetryOptions, retryPolicy } from "./retry.ts";
import type { RetryPolicy } from "./retry.ts";
import { createTransport, type Transport } from "./transport.ts";
import type { HttpClient, HttpReply, HttpRequest, HttpStream } from "./types.ts";
import { basicAuthorization, splitCredentials } from "./url.ts";

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

/** One attempt that has a reply with a 2xx status. */
interface Exchange {
  readonly response: Response;
  readonly info: RequestInfo;
  readonly deadline: Deadline;
  readonly slot: Slot;
}

const maxErrorBytes = 65_536;

class Client implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #transport: Transport;
  readonly #limiter: Limiter;
  readonly #policy: RetryPolicy;

  constructor(options: HttpClientOptions) {
    if (!URL.canParse(options.baseUrl)) {
      throw new UsageError(`Cannot use the address of ${options.service}: it is not a URL`, {
        hint: "Give it as http://HOST:PORT or https://HOST",
      });
    }
    const { url, credentials } = splitCredentials(new URL(options.baseUrl));
    const authorization = credentials && { authorization: basicAuthorization(credentials) };
    this.#options = options;
    this.#baseUrl = url.origin + url.pathname.replace(/\/$/, "");
    this.#headers = {
      "user-agent": `kiroframe-importer/${VERSION}`,
      ...checkHeaders(options.headers),
      ...authorization,
    };
    this.#transport = options.transport ?? createTransport();
    this.#limiter = options.limiter ?? new Limiter();
    this.#policy = retryPolicy(options.retry);
  }

  request(request: HttpRequest): Promise<HttpReply> {
    return this.#send(request, readWhole);
  }

  json(request: HttpRequest): Promise<unknown> {
    const headers = { accept: "application/json", ...request.headers };
    return this.#send({ ...request, headers }, async (exchange) => {
      const reply = await readWhole(exchange);
      return parseReply(reply.text, { info: exchange.info, headers: reply.headers });
    });
  }

  open(request: HttpRequest): Promise<HttpStream> {
    // Length and ranges of a compressed body would be those of its compressed form.
    const headers = { "accept-encoding": "identity", ...request.headers };
    return this.#send({ ...request, headers }, ({ response, info, deadline, slot }) => {
      deadline.pause();
      slot.succeeded();
      const stream = watchStream(response.body ?? new ReadableStream({ start: (empty) => empty.close() }), {
        beforeRead: () => deadline.restart(),
        afterRead: () => deadline.pause(),
        onEnd: () => {
          deadline.stop();
          slot.release();
        },
        errorOf: (thrown) => this.#explain(thrown, { info, deadline, signal: this.#signalOf(request) }),
      });
      return Promise.resolve({ status: response.status, headers: response.headers, stream });
    });
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #send<T>(request: HttpRequest, read: (exchange: Exchange) => Promise<T>): Promise<T> {
    const signal = this.#signalOf(request);
    const retries = request.retries ?? this.#policy.retries;
    for (let attempt = 0;; attempt++) {
      const slot = await this.#limiter.acquire({ priority: request.priority ?? 0, ...(signal && { signal }) });
      const startMs = performance.now();
      try {
        return await this.#attempt(request, { slot, signal, read });
      } catch (error) {
        const elapsedMs = performance.now() - startMs;
        // While an overloaded server is left in peace the place stays taken; after other failures somebody else may go.
        if (isOverload(error, { policy: this.#policy, elapsedMs })) slot.overloaded();
        else slot.release();
        try {
          if (attempt >= retries || !isPassing(error)) throw error;
          await this.#waitAfter(error as HttpFailure, { attempt, retries, signal });
        } finally {
          slot.release();
        }
      }
    }
  }

  async #attempt<T>(
    request: HttpRequest,
    options: { slot: Slot; signal: AbortSignal | undefined; read: (exchange: Exchange) => Promise<T> },
  ): Promise<T> {
    const { slot, signal, read } = options;
    const info = { service: this.#options.service, method: request.method ?? "GET", url: this.#baseUrl + request.path };
    const deadline = new Deadline(request.timeoutMs ?? this.#options.timeoutMs ?? 120_000, signal);
    const source: { failure?: unknown } = {};
    const startMs = performance.now();
    try {
      const response = await fetchFollowing(this.#transport, {
        info,
        request: {
          method: info.method,
          headers: { ...this.#headers, ...checkHeaders(request.headers) },
          signal: deadline.signal,
          ...(request.body !== undefined && { body: watchSource(request.body, source) }),
        },
      });
      const { status, headers } = response;
      this.#options.logger.debug(
        `${info.method} ${info.url}: ${status} after ${Math.round(performance.now() - startMs)} ms`,
      );
      if (!response.ok) {
        throw errorOfReply({ ...info, status, headers, body: await readBeginning(response, maxErrorBytes) });
      }
      return await read({ response, info, deadline, slot });
    } catch (thrown) {
      deadline.stop();
      throw "failure" in source ? source.failure : this.#explain(thrown, { info, deadline, signal });
    }
  }

  async #waitAfter(
    failure: HttpFailure,
    options: { attempt: number; retries: number; signal: AbortSignal | undefined },
  ): Promise<void> {
    const { attempt, retries, signal } = options;
    const header = failure instanceof HttpError ? failure.reply.headers?.get("retry-after") : null;
    const retryAfterMs = parseRetryAfter(header ?? null, Date.now());
    const delayMs = delayBeforeRetry(attempt, { policy: this.#policy, retryAfterMs });
    const seconds = (delayMs / 1000).toFixed(1);
    this.#options.logger.warn(`${failure.message}: trying again in ${seconds} s (${attempt + 1} of ${retries})`);
    await sleep(delayMs, signal);
  }

  #explain(
    thrown: unknown,
    options: { info: RequestInfo; deadline: Deadline; signal: AbortSignal | undefined },
  ): unknown {
    const { info, deadline, signal } = options;
    if (signal?.aborted) return signal.reason;
    if (thrown instanceof AppError && !isHttpFailure(thrown)) return thrown;
    const failure = isHttpFailure(thrown)
      ? thrown
      : deadline.isOver
      ? errorOfTimeout(info, deadline.timeoutMs)
      : errorOfFetch(thrown, info);
    const hint = this.#options.hintFor?.(failure);
    // The only place that knows both the failure and the room it is for.
    return hint === undefined ? failure : Object.assign(failure, { hint });
  }

  #signalOf(request: HttpRequest): AbortSignal | undefined {
    const signals = [this.#options.signal, request.signal].filter((signal) => signal !== undefined);
    return signals.length > 1 && signals[0] !== signals[1] ? AbortSignal.any(signals) : signals[0];
  }
}

async function readWhole({ response, deadline, slot }: Exchange): Promise<HttpReply> {
  const text = await response.text();
  deadline.stop();
  slot.succeeded();
  slot.release();
  return { status: response.status, headers: response.headers, text };
}
