/**
 * How long a server is waited for and asked again, from the variables that MLflow's own client reads for it.
 * @module
 */
import { UsageError } from "../errors.ts";
import type { Environment } from "../environment.ts";
import type { RetryOptions } from "./retry.ts";

/** What the variables say; what they leave open has the HTTP client's defaults, which are MLflow's own. */
export interface Patience {
  /** How passing failures are tried again. */
  readonly retry: RetryOptions;
  /** Limit for one attempt, and for each chunk of an open stream. */
  readonly timeoutMs?: number;
}

/**
 * Reads `<prefix>_HTTP_REQUEST_MAX_RETRIES`, `<prefix>_HTTP_REQUEST_BACKOFF_FACTOR` (seconds: the first wait is at most this long, each
 * further one may be twice as long) and `<prefix>_HTTP_REQUEST_TIMEOUT` (seconds). The prefix is "MLFLOW" or "KIROFRAME".
 *
 * @throws {UsageError} if one is not a number that makes sense.
 */
export function patienceFrom(env: Environment, prefix: string): Patience {
  const retries = read(env, { name: `${prefix}_HTTP_REQUEST_MAX_RETRIES`, fits: isCount, expected: "0 or more" });
  const factor = read(env, { name: `${prefix}_HTTP_REQUEST_BACKOFF_FACTOR`, fits: isTime, expected: "seconds" });
  const timeout = read(env, { name: `${prefix}_HTTP_REQUEST_TIMEOUT`, fits: isLimit, expected: "seconds above 0" });
  return {
    retry: {
      retries,
      baseDelayMs: factor === undefined ? undefined : factor * 1000,
    },
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
  };
}

interface Rule {
  readonly name: string;
  readonly fits: (value: number) => boolean;
  readonly expected: string;
}

function read(env: Environment, { name, fits, expected }: Rule): number | undefined {
  const text = env[name]?.trim();
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (fits(value)) return value;
  throw new UsageError(`Cannot use ${name}="${text}": expected a number, ${expected}`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

// A timer of more days than this would go off at once.
const LONGEST_SECONDS = 2 ** 31 / 1000 - 1;

function isTime(value: number): boolean {
  return value >= 0 && value <= LONGEST_SECONDS;
}

function isLimit(value: number): boolean {
  return value > 0 && value <= LONGEST_SECONDS;
}
