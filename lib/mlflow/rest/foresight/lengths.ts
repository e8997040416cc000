/**
 * How long histories are that nobody has read, by those that were.
 * @module
 */
import type { Points, RunRecord } from "../../../source/mod.ts";
import { HistoryEstimate } from "../history/estimate.ts";

/** A history is taken to be at most so many times as long as the longest that was read: a step may be anything, a time in seconds too. */
const MOST_TIMES_LONGEST = 10;

/** And one that was left before its end, so many times as long as what was read of it. */
const MOST_TIMES_READ = 1_000;

/** Where none was read. */
const LONGEST_UNREAD = 25_000;

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

  /**
   * The same history, of which note is taken while it is read: where its reader leaves it, by the steps until there.
   *
   * @param steps Its latest step and 1.
   */
  learning(
    history: AsyncIterable<Points>,
    { key, steps: all, onPoints }: {
      readonly key: string;
      readonly steps: number;
      readonly onPoints: (count: number) => void;
    },
  ): AsyncIterable<Points> {
    const learn = (seen: Seen): void => this.#learn(key, seen, all);
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
          // Its last point is not the one of the latest step where steps fall.
          steps = all;
        } finally {
          learn({ points, steps });
        }
      },
    };
  }

  #learn(key: string, { points, steps }: Seen, all = steps): void {
    if (steps <= 0) return;
    this.#estimate.learn(key, { points, steps });
    this.#longest = Math.max(this.#longest, points * Math.min(MOST_TIMES_READ, all / steps));
  }

  /**
   * About how many points a history of a metric has.
   *
   * @param steps Its latest step and 1.
   */
  points(key: string, steps: number): number {
    const most = MOST_TIMES_LONGEST * (this.#longest || LONGEST_UNREAD);
    return Math.round(Math.min(most, this.#estimate.points(key, { steps, count: 1 })));
  }
}

interface Seen {
  readonly points: number;
  /** The latest step and 1. */
  readonly steps: number;
}

function lastStepOf(page: Points): number {
  return Number(page.lists === undefined ? [...page].at(-1)?.step ?? 0 : page.lists.steps[page.length - 1] ?? 0);
}
