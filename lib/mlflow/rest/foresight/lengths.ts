/**
 * How long histories are that nobody has read, by those that were.
 * @module
 */
import type { RunRecord } from "../../../source/mod.ts";
import { HistoryEstimate } from "../history/estimate.ts";

/** A history of a metric that none was read of is taken to be at most so many times as long as the longest that was. */
const MOST_TIMES_LONGEST = 10;

/** Learns from histories. */
export class HistoryLengths {
  readonly #estimate = new HistoryEstimate();
  #longest = 0;

  /** Takes note of a run's histories; those that come page by page tell nothing before they are read. */
  learn({ histories }: RunRecord, stepsOf: ReadonlyMap<string, number>): void {
    for (const [key, history] of histories) {
      const steps = stepsOf.get(key);
      if (!("length" in history) || steps === undefined) continue;
      this.#estimate.learn(key, { points: history.length, steps });
      this.#longest = Math.max(this.#longest, history.length);
    }
  }

  /**
   * About how many points some histories of a metric have.
   *
   * @param steps Sum over the histories of their latest step and 1.
   * @param count How many histories.
   */
  points(key: string, { steps, count }: { readonly steps: number; readonly count: number }): number {
    const points = Math.round(this.#estimate.points(key, { steps, count }));
    // A step may be anything, a time in seconds too.
    const isBounded = this.#longest > 0 && !this.#estimate.isKnown(key);
    return isBounded ? Math.min(points, count * MOST_TIMES_LONGEST * this.#longest) : points;
  }
}
