/**
 * Faults on purpose, the same way each time: which requests they strike, and how often. What they do is each server's own.
 * @module
 */

/** One kind of misbehaviour and the requests that meet it. */
export interface Fault<Target, Action> {
  /** Which requests. @default every request */
  readonly match?: (target: Target) => boolean;
  /** How many requests at most. @default {Infinity} */
  readonly times?: number;
  readonly action: Action;
}

/** The faults of one server, each counting how often it struck. */
export class FaultPlan<Target, Kind extends Fault<Target, unknown>> {
  readonly #left: { readonly fault: Kind; times: number }[];

  /** Creates the plan; the first fault that matches strikes. */
  constructor(faults: readonly Kind[] = []) {
    this.#left = faults.map((fault) => ({ fault, times: fault.times ?? Infinity }));
  }

  /** Returns what strikes this request, among the faults that may, and uses it up once. */
  next(target: Target, may: (fault: Kind) => boolean = () => true): Kind | undefined {
    const entry = this.#left.find(({ fault, times }) => times > 0 && may(fault) && (fault.match?.(target) ?? true));
    if (entry === undefined) return undefined;
    entry.times--;
    return entry.fault;
  }
}

/** Returns a matcher that strikes a share of all requests (0 to 1), the same ones for the same seed. */
export function matchShare(share: number, seed: number): (target: { readonly number: number }) => boolean {
  return function strikes({ number }): boolean {
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
