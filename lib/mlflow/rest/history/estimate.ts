/**
 * How long a metric's history will be, from its latest step and from what earlier replies held.
 * @module
 */

/** Points seen, and what the latest steps had let expect. */
interface Tally {
  points: number;
  steps: number;
}

/**
 * Learns, for each metric, how many points there are for each step: 1 where every step is logged, 0.01 where every
 * hundredth is, the mean length where all points have step 0. A metric that was not seen yet is taken to be like the others.
 */
export class HistoryEstimate {
  readonly #byKey = new Map<string, Tally>();
  readonly #all: Tally = { points: 0, steps: 0 };

  /** Takes note of histories that were read. */
  learn(key: string, seen: { readonly points: number; readonly steps: number }): void {
    const tally = this.#byKey.get(key) ?? { points: 0, steps: 0 };
    this.#byKey.set(key, tally);
    for (const each of [tally, this.#all]) {
      each.points += seen.points;
      each.steps += seen.steps;
    }
  }

  /** True once a history of this metric was read. */
  isKnown(key: string): boolean {
    return this.#byKey.has(key);
  }

  /**
   * Returns how many points to expect of some histories of a metric.
   *
   * @param steps Sum over the histories of their latest step and 1.
   * @param count How many histories: each has one point at least.
   */
  points(key: string, { steps, count }: { readonly steps: number; readonly count: number }): number {
    const { points, steps: seenSteps } = this.#byKey.get(key) ?? this.#all;
    return Math.max(count, seenSteps === 0 ? steps : steps * (points / seenSteps));
  }
}
