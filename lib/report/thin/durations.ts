/**
 * The spread of durations in bounded memory: counts in bins that are each some percent wider than the one before.
 * @module
 */

/** Bins in each doubling: a value is known to 2 % or better. */
const BINS_IN_DOUBLING = 24;

/** How long something took. */
export interface Durations {
  /** How many were counted. */
  readonly count: number;
  /** A tenth took no longer, in milliseconds. */
  readonly tenthMs: number;
  /** Half took no longer. */
  readonly medianMs: number;
  /** Nine tenths took no longer. */
  readonly ninetiethMs: number;
  /** The longest, exactly. */
  readonly longestMs: number;
}

export class DurationCounts {
  readonly #bins = new Map<number, number>();
  #count = 0;
  #longest = 0;

  /** Counts one, in milliseconds; 0 at least. */
  add(durationMs: number): void {
    const bin = Math.round(Math.log2(durationMs + 1) * BINS_IN_DOUBLING);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
    this.#count++;
    this.#longest = Math.max(this.#longest, durationMs);
  }

  /** What was counted; null for nothing. */
  summary(): Durations | null {
    if (this.#count === 0) return null;
    const bins = [...this.#bins].sort(([a], [b]) => a - b);
    const quantile = (share: number): number => {
      let left = Math.max(1, Math.ceil(this.#count * share));
      const [bin] = bins.find(([, count]) => (left -= count) <= 0) ?? [0];
      return Math.min(Math.round(2 ** (bin / BINS_IN_DOUBLING) - 1), this.#longest);
    };
    return {
      count: this.#count,
      tenthMs: quantile(0.1),
      medianMs: quantile(0.5),
      ninetiethMs: quantile(0.9),
      longestMs: this.#longest,
    };
  }
}
