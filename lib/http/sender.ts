/**
 * One request's way: a place among the calls in flight, an attempt within its time, and the wait before the next one.
 * @module
 */
import type { Logger } from "../logger.ts";
import { readBeginning, watchSource } from "./reply/body.ts";
import { Deadline, linkSignals, sleep } from "./deadline.ts";
import { ConnectionFailure } from "./failure/connection.ts";
import {
  errorOfReply,
  HttpError,
  type HttpFailure,
  isHttpFailure,
  NoAnswerError,
  ProxyError,
} from "./failure/errors.ts";
import type { RequestInfo } from "./failure/request.ts";
import { errorOfFetch, errorOfPlain, errorOfTimeout } from "./failure/sort.ts";
import { checkHeaders } from "./headers.ts";
import type { Limiter, Slot } from "./limiter.ts";
import { fetchFollowing } from "./redirect.ts";
import { delayBeforeRetry, isOverload, isPassing, parseRetryAfter, type RetryPolicy } from "./retry.ts";
import type { Transport } from "./connection/transport.ts";
import type { Authorize, HttpRequest } from "./types.ts";
import { strictQuery } from "./failure/url.ts";
import type { CallWatcher } from "./watcher.ts";

/** What a sender is made from: the client's options with every default filled in. */
export interface SenderOptions {
  /** The service's name for messages. */
  readonly service: string;
  /** Origin and path, without credentials and trailing slash. */
  readonly baseUrl: string;
  /** Sent with every request; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Signs each attempt. */
  readonly authorize: Authorize | undefined;
  /** Told of each token that this brings. */
  readonly hide: ((secrets: readonly string[]) => void) | undefined;
  /** Carries the requests. */
  readonly transport: Transport;
  /** Bounds the calls in flight. */
  readonly limiter: Limiter;
  /** How passing failures are tried again. */
  readonly policy: RetryPolicy;
  /** Limit for one attempt. */
  readonly timeoutMs: number;
  /** Hears of every call (debug) and of every further attempt (warn). */
  readonly logger: Logger;
  /** Told of every attempt, and of the waits between them. */
  readonly watcher: CallWatcher | undefined;
  /** Ends all requests. */
  readonly signal: AbortSignal | undefined;
  /** What the user can do about a failure. */
  readonly hintFor: ((failure: HttpFailure) => string | undefined) | undefined;
}

/** An attempt that has a reply with a 2xx status; its body is still to be read. */
export interface Exchange {
  /** The reply. */
  readonly response: Response;
  /** The request and where it went, for messages. */
  readonly info: RequestInfo;
  /** The attempt's time, which goes on. */
  readonly deadline: Deadline;
  /** The place it holds. */
  readonly slot: Slot;
  /** Turns what the body fails with into the error to throw. */
  readonly errorOf: (thrown: unknown) => unknown;
  /** To be called when the body is done with: gives the place back and leaves no timer or listener. */
  readonly end: () => void;
}

/** Reads the reply and calls {@linkcode Exchange.end}, now or later; what it throws may lead to another attempt. */
export type ReadReply<T> = (exchange: Exchange) => Promise<T>;

/** The signal of one request, and how to let go of it. */
type Call<T> = ReturnType<typeof linkSignals> & { readonly read: ReadReply<T> };

const MAX_ERROR_BYTES = 65_536;

/** Sends requests, again and again where that may help. */
export class Sender {
  /** Attempts so far. */
  calls = 0;
  readonly #options: SenderOptions;
  /** Whether any call was ever answered as hoped. */
  #hasAnswered = false;
  #speaksTls: Promise<boolean> | undefined;
  /** The last token that was told. */
  #token: string | undefined;

  /** Creates a sender. */
  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Sends a request and resolves with what `read` makes of the reply. Rejects as {@linkcode HttpClient} says. */
  async send<T>(request: HttpRequest, read: ReadReply<T>): Promise<T> {
    const link = linkSignals([this.#options.signal, request.signal]);
    try {
      return await this.#tryUntilDone(request, { ...link, read });
    } catch (error) {
      link.unlink();
      throw error;
    }
  }

  async #tryUntilDone<T>(request: HttpRequest, call: Call<T>): Promise<T> {
    const { limiter, policy } = this.#options;
    const { signal } = call;
    const retriesAfter = (failure: unknown): number => {
      const own = typeof request.retries === "function" ? request.retries(failure) : request.retries;
      return Math.min(own ?? policy.retries, policy.mostRetriesAfter(failure));
    };
    for (let attempt = 0;; attempt++) {
      const slot = await limiter.acquire({ priority: request.priority ?? 0, signal });
      const startMs = performance.now();
      try {
        return await this.#attempt(request, { call, slot });
      } catch (error) {
        const elapsedMs = performance.now() - startMs;
        // While an overloaded server is left in peace the place stays taken; after other failures somebody else may go.
        if (isOverload(error, elapsedMs)) slot.overloaded();
        else slot.release();
        const retries = retriesAfter(error);
        try {
          if (attempt >= retries || !isPassing(error)) throw await this.#orPlainToTls(error);
          await this.#waitAfter(error as HttpFailure, { attempt, retries, signal });
        } finally {
          slot.release();
        }
      }
    }
  }

  /** A token is read or fetched anew while the job goes on. A signature, which each call has another of, is none. */
  #hideToken(signed: Readonly<Record<string, string>> | undefined): void {
    const token = /^Bearer (.+)$/.exec(signed?.["authorization"] ?? "")?.[1];
    if (token === undefined || token === this.#token) return;
    this.#token = token;
    this.#options.hide?.([token]);
  }

  async #attempt<T>(request: HttpRequest, { call, slot }: { call: Call<T>; slot: Slot }): Promise<T> {
    const { service, baseUrl, headers, authorize, transport, logger } = this.#options;
    const path = authorize === undefined ? request.path : strictQuery(request.path);
    const asked = { service, method: request.method ?? "GET", url: baseUrl + path };
    let info: RequestInfo = asked;
    const deadline = new Deadline(request.timeoutMs ?? this.#options.timeoutMs, call.signal);
    const source: { failure?: unknown } = {};
    const errorOf = (thrown: unknown): unknown => {
      return "failure" in source ? source.failure : this.#explain(thrown, { info, deadline, signal: call.signal });
    };
    const startMs = performance.now();
    this.#options.watcher?.called();
    this.calls++;
    try {
      const body = typeof request.body === "string" ? request.body : undefined;
      const own = { ...headers, ...checkHeaders(request.headers) };
      const signed = await authorize?.({ method: asked.method, url: asked.url, headers: own, body });
      this.#hideToken(signed);
      const response = await fetchFollowing(transport, {
        info: asked,
        request: {
          method: asked.method,
          headers: { ...own, ...checkHeaders(signed) },
          isAsStored: request.isAsStored,
          signal: deadline.signal,
          body: request.body === undefined ? undefined : watchSource(request.body, source),
        },
        onHop: (hop) => void (info = hop),
      });
      const { status } = response;
      logger.debug(`${info.method} ${info.url}: ${status} after ${Math.round(performance.now() - startMs)} ms`);
      if (!response.ok) {
        const body = await readBeginning(response, MAX_ERROR_BYTES);
        // Whatever the server is, only a proxy asks for a proxy's password.
        if (status === 407 && info.proxy !== undefined) throw new ProxyError(info, { status });
        throw errorOfReply({ ...info, status, headers: response.headers, body });
      }
      this.#hasAnswered = true;
      const end = (): void => {
        deadline.stop();
        call.unlink();
        slot.release();
      };
      return await call.read({ response, info, deadline, slot, errorOf, end });
    } catch (thrown) {
      deadline.stop();
      throw errorOf(thrown);
    }
  }

  /** A first call in plain http to a port that wants TLS fails in many ways: no answer, half a one, or a status 400. */
  async #orPlainToTls(failure: unknown): Promise<unknown> {
    const request = failure instanceof NoAnswerError && failure.reason === "connection"
      ? failure.request
      : failure instanceof HttpError && failure.status === 400 && failure.errorCode === null
      ? failure.reply
      : undefined;
    if (request === undefined || this.#hasAnswered || !request.url.startsWith("http:")) return failure;
    this.#speaksTls ??= this.#options.transport.speaksTls?.(new URL(request.url)) ?? Promise.resolve(false);
    return await this.#speaksTls ? errorOfPlain(request, failure) : failure;
  }

  async #waitAfter(
    failure: HttpFailure,
    options: { attempt: number; retries: number; signal: AbortSignal | undefined },
  ): Promise<void> {
    const { attempt, retries, signal } = options;
    const { policy, logger, watcher } = this.#options;
    const header = failure instanceof HttpError ? failure.reply.headers?.get("retry-after") : null;
    const retryAfterMs = parseRetryAfter(header ?? null, Date.now());
    const delayMs = delayBeforeRetry(attempt, { policy, retryAfterMs });
    logger.warn(
      `${failure.message}: trying again in ${(delayMs / 1000).toFixed(1)} s (${attempt + 1} of ${retries})`,
    );
    const end = watcher?.waits(failure, delayMs);
    try {
      await sleep(delayMs, signal);
    } finally {
      end?.();
    }
  }

  #explain(
    thrown: unknown,
    options: { info: RequestInfo; deadline: Deadline; signal: AbortSignal | undefined },
  ): unknown {
    const { info, deadline, signal } = options;
    if (signal?.aborted) return signal.reason;
    const failure = thrown instanceof ConnectionFailure
      ? deadline.isOver ? errorOfTimeout(info, deadline.timeoutMs) : errorOfFetch(thrown.cause, info)
      : thrown;
    // A fault of the program's own is no news of the server.
    if (!isHttpFailure(failure)) return failure;
    const hint = this.#options.hintFor?.(failure);
    // The only place that knows both the failure and the room it is for.
    return hint === undefined ? failure : Object.assign(failure, { hint });
  }
}
