/**
 * What the sandboxed MLflow does wrong, on purpose and the same way each time.
 * @module
 */

/** What a fault may look at to decide whether it strikes. */
export interface MlflowFaultTarget {
  /** The request's place among all requests, from 1. */
  readonly number: number;
  /** As sent: GET, POST, … */
  readonly method: string;
  /** Decoded, without query and static prefix. */
  readonly path: string;
  /** The parameters of the query. */
  readonly query: URLSearchParams;
}

/** One kind of misbehaviour and the requests that meet it. */
export interface MlflowFault {
  /** Which requests. @default every request */
  readonly match?: (target: MlflowFaultTarget) => boolean;
  /** How many requests at most. @default {Infinity} */
  readonly times?: number;
  /** What happens. */
  readonly action: MlflowFaultAction;
}

/**
 * The misbehaviours:
 * - status: another answer (429 or 503 with or without retry-after, 500 with HTML, 502, …)
 * - redirect: 307 to the address given
 * - reset: drops the connection instead of an answer
 * - cut: the right head, half of the body, then the connection drops
 * - stall: never answers; stallBody: the right head, half of the body, then nothing
 * - truncate: half of the body as though it were all of it: broken JSON in a whole reply
 * - gzip: the right answer, compressed
 * - slow: the right answer in pieces with pauses
 * - repeatToken: the right page, with the token that led to it instead of the next one
 * - emptyPage: no items, and a token that leads to the page that was asked for
 * - duplicatePage: the items of the page before, and a token that leads to the page that was asked for
 */
export type MlflowFaultAction =
  | {
    readonly kind: "status";
    readonly status: number;
    /** @default {""} */
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "reset" | "cut" | "stall" | "stallBody" | "truncate" | "gzip" }
  | { readonly kind: "slow"; readonly pieces: number; readonly pauseMs: number }
  | { readonly kind: "repeatToken" | "emptyPage" | "duplicatePage" };

/** The faults of one sandbox, each counting how often it struck. */
export class MlflowFaultPlan {
  readonly #left: { readonly fault: MlflowFault; times: number }[];

  /** Creates the plan; the first fault that matches strikes. */
  constructor(faults: readonly MlflowFault[]) {
    this.#left = faults.map((fault) => ({ fault, times: fault.times ?? Infinity }));
  }

  /** Returns what strikes this request, and uses it up once. */
  next(target: MlflowFaultTarget): MlflowFaultAction | undefined {
    const entry = this.#left.find(({ fault, times }) => times > 0 && (fault.match?.(target) ?? true));
    if (entry === undefined) return undefined;
    entry.times -= 1;
    return entry.fault.action;
  }
}

/** Returns a matcher that strikes a share of all requests (0 to 1), the same ones for the same seed. */
export function matchRequestShare(share: number, seed: number): (target: MlflowFaultTarget) => boolean {
  return function strikes({ number }: MlflowFaultTarget): boolean {
    return spread(Math.imul(number, 0x9E3779B1) ^ seed) < share;
  };
}

/** Spreads an integer over [0, 1), evenly and always in the same way: the finalizer of murmur3. */
export function spread(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85EBCA6B);
  hash = Math.imul(hash ^ (hash >>> 13), 0xC2B2AE35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
