/**
 * How long to insist: on calls that can be made smaller, or done without, less than the HTTP client does by itself.
 * @module
 */
import { BadReplyError, HttpError, NoAnswerError } from "../http/errors.ts";

/** What all calls take. */
export interface CallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** Among calls that wait for a place, the higher goes first. @default {0} */
  readonly priority?: number;
  /** How often a passing failure is tried again. @default {that of the HTTP client} */
  readonly retries?: number;
}

/** Whether a failure may pass if less is asked for: a worker or gateway that gave up, or no answer in time. */
export function isTooMuch(error: unknown): boolean {
  if (error instanceof NoAnswerError) return error.reason === "timeout";
  return error instanceof HttpError && [500, 502, 504].includes(error.status);
}

/**
 * Makes a call that need not succeed as it is: where the answer may say "too much" it is tried again once only, and what
 * else passes (no connection, 429, 503) as long as the HTTP client's policy says.
 */
export async function askLess<T>(ask: (call: CallOptions) => Promise<T>): Promise<T> {
  try {
    return await ask({ retries: 1 });
  } catch (error) {
    const passes = error instanceof NoAnswerError || (error instanceof HttpError && error.exitCode === 5);
    if (!passes || isTooMuch(error)) throw error;
    return await ask({});
  }
}

/**
 * Makes a call about files: a 500 there is often the last word (a store that the server cannot open, on 2.x a missing file), so it is
 * tried again three times only, and what else passes as long as the HTTP client's policy says.
 */
export async function askForFiles<T>(ask: (call: CallOptions) => Promise<T>): Promise<T> {
  try {
    return await ask({ retries: 3 });
  } catch (error) {
    const passes = error instanceof NoAnswerError || (error instanceof HttpError && error.exitCode === 5);
    if (!passes) throw error;
    return await ask({});
  }
}

/**
 * Makes a call of the first contact: a user who mistyped the address does not wait through all the retries of a night's export, but a
 * server that is there and busy is waited for as long as the HTTP client's policy says.
 */
export async function askFirst<T>(ask: (call: CallOptions) => Promise<T>): Promise<T> {
  try {
    return await ask({ retries: 1 });
  } catch (error) {
    const isNobody = error instanceof NoAnswerError && ["refused", "dns"].includes(error.reason);
    const passes = error instanceof NoAnswerError || error instanceof BadReplyError && error.reason === "cut" ||
      error instanceof HttpError && (error.exitCode === 5 || error.status === 500);
    if (isNobody || !passes) throw error;
    return await ask({});
  }
}
