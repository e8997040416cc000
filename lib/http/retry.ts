/**
 * When to ask again: pure decisions and times. Randomness and the clock are parameters.
 * @module
 */
import {
  BadReplyError,
  HttpError,
  NoAnswerError,
  OVERLOAD_STATUSES,
  ProxyError,
  RedirectError,
} from "./failure/errors.ts";
import { isHtml } from "./failure/excerpt.ts";

/**
 * A status 500 with a web page after this time is a worker that was killed for taking too long: gunicorn waits 30 s, less the time it
 * takes to notice (MLflow 1.x and 2.x).
 */
const KILLED_AFTER_MS = 25_000;

/** How passing failures are tried again. */
export interface RetryOptions {
  /** Attempts after the first one. @default {7} */
  readonly retries?: number;
  /** The first wait is at most this long; each further one may be twice as long. @default {2_000} */
  readonly baseDelayMs?: number;
  /** No wait by backoff is longer. With the other defaults all waits are 3 minutes at most. @default {60_000} */
  readonly maxDelayMs?: number;
  /** No wait that the server asks for by Retry-After is longer. @default {300_000} */
  readonly maxRetryAfterMs?: number;
  /** Attempts after a failure of this kind at most, whatever else is said: for an answer that will not be another. @default {() => Infinity} */
  readonly mostRetriesAfter?: (failure: unknown) => number;
  /** Gives numbers from 0 to below 1. @default {Math.random} */
  readonly random?: () => number;
}

/** {@linkcode RetryOptions} with every default filled in. */
export type RetryPolicy = Required<RetryOptions>;

/** Returns the policy of the options given: what is absent has its default. */
export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  return {
    retries: options.retries ?? 7,
    baseDelayMs: options.baseDelayMs ?? 2_000,
    maxDelayMs: options.maxDelayMs ?? 60_000,
    maxRetryAfterMs: options.maxRetryAfterMs ?? 300_000,
    mostRetriesAfter: options.mostRetriesAfter ?? ((): number => Infinity),
    random: options.random ?? Math.random,
  };
}

/**
 * Reads a Retry-After header: seconds, or an HTTP date.
 *
 * @param nowMs Milliseconds since the epoch, for a date.
 * @returns Milliseconds to wait, never negative; null where the header is absent or says nothing.
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse reads nearly anything, "-5" too: an HTTP date has the name of a day first.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

/**
 * Returns the wait before the next attempt: between nothing and twice the last limit ("full jitter", which spreads
 * clients best); where the server asks for a wait, that wait and up to one base delay more.
 *
 * @param attempt 0 after the first attempt.
 */
export function delayBeforeRetry(
  attempt: number,
  options: { policy: RetryPolicy; retryAfterMs: number | null },
): number {
  const { policy, retryAfterMs } = options;
  if (retryAfterMs !== null) {
    return Math.min(retryAfterMs, policy.maxRetryAfterMs) + policy.random() * policy.baseDelayMs;
  }
  return policy.random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** attempt);
}

/** Whether the same request may succeed later: overload, a crash (500), no or half an answer. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HttpError) return error.status === 500 || OVERLOAD_STATUSES.has(error.status);
  if (error instanceof BadReplyError) return error.reason === "cut";
  if (error instanceof ProxyError) return OVERLOAD_STATUSES.has(error.status);
  if (error instanceof RedirectError) return isPassing(error.cause);
  return error instanceof NoAnswerError;
}

/**
 * Whether a failure says that the server has more to do than it can, so that fewer calls should be in flight.
 *
 * @param elapsedMs How long the attempt took.
 */
export function isOverload(error: unknown, elapsedMs: number): boolean {
  if (error instanceof NoAnswerError) return error.reason === "timeout";
  if (!(error instanceof HttpError)) return false;
  if (OVERLOAD_STATUSES.has(error.status)) return true;
  return error.status === 500 && isHtml(error.reply.body, error.reply.headers) && elapsedMs >= KILLED_AFTER_MS;
}
