/**
 * How long histories are that nobody has read, by those that were.
 * @module
 */
import type { Points, RunRecord } from "../../../source/mod.ts";
import { HistoryEstimate } from "../history/estimate.ts";

/** A history of a metric that none was read of is taken to be at most so many times as long as the longest that was. */
const MOST_TIMES_LONGEST = 10;

/** Learns from histories. */
export class HistoryLengths {
  readonly #estimate = new HistoryEstimate();
  #longest = 0;

  /** Takes note of a run's histories; of those that come page by page, when they have come, or as much of them as was wanted. */
  learn({ histories }: RunRecord, stepsOf: ReadonlyMap<string, number>): void {
    for (const [key, history] of histories) {
      const steps = stepsOf.get(key);
      if ("length" in history && steps !== undefined) this.#learn(key, { points: history.length, steps });
    }
  }

  /** The same history, of which note is taken while it is read: where its reader leaves it, by the steps until there. */
  learning(key: string, history: AsyncIterable<Points>, onPoints: (count: number) => void): AsyncIterable<Points> {
    const learn = (seen: { readonly points: number; readonly steps: number }): void => this.#learn(key, seen);
    return {
      async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
        let [points, steps] = [0, 0];
        try {
          for await (const page of history) {
            onPoints(page.length);
            points += page.length;
            steps = Math.max(steps, lastStepOf(page) + 1);
            yield page;
          }
        } finally {
          learn({ points, steps });
        }
      },
    };
  }

  #learn(key: string, { points, steps }: { readonly points: number; readonly steps: number }): void {
    if (steps <= 0) return;
    this.#estimate.learn(key, { points, steps });
    this.#longest = Math.max(this.#longest, points);
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

function lastStepOf(page: Points): number {
  return Number(page.lists === undefined ? [...page].at(-1)?.step ?? 0 : page.lists.steps[page.length - 1] ?? 0);
}
