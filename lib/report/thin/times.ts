/**
 * Counts over time in bounded memory: bins that grow wider when there are too many of them.
 * @module
 */

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Each width is a multiple of the one before, so that bins can be put together. In milliseconds. */
const WIDTHS = [1, 10, 60, 600, 3600, 6 * 3600].map((seconds) => seconds * SECOND)
  .concat([1, 7, 28, 84, 336, 3360].map((days) => days * DAY));

const MOST_BINS = 4096;

/** One bar of a picture over time. */
export interface TimeBar {
  /** Where it begins, in milliseconds since the epoch. */
  readonly startMs: number;
  /** How many by kind. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Counts over time. */
export interface OverTime {
  /** How long a bar is, in milliseconds. */
  readonly widthMs: number;
  /** Bars in order; those without a count are left out. */
  readonly bars: readonly TimeBar[];
}

/** Counts events by time and kind. */
export class TimeCounts {
  #width = 0;
  #bins = new Map<number, Map<string, number>>();

  /** Counts one event. */
  add(timeMs: number, kind: string): void {
    this.#count(timeMs, kind, 1);
    while (this.#bins.size > MOST_BINS && this.#width < WIDTHS.length - 1) this.#widen();
  }

  /** At most `most` bars from the first event to the last. */
  bars(most: number): OverTime {
    const starts = (): number[] => [...this.#bins.keys()];
    const span = (): number => Math.max(...starts()) - Math.min(...starts());
    while (this.#bins.size > 0 && span() / this.#widthMs >= most && this.#width < WIDTHS.length - 1) this.#widen();
    const bars = [...this.#bins].map(([startMs, counts]) => ({ startMs, counts })).sort((a, b) =>
      a.startMs - b.startMs
    );
    return { widthMs: this.#widthMs, bars };
  }

  get #widthMs(): number {
    return WIDTHS[this.#width] ?? SECOND;
  }

  #count(timeMs: number, kind: string, count: number): void {
    const start = Math.floor(timeMs / this.#widthMs) * this.#widthMs;
    let bin = this.#bins.get(start);
    if (bin === undefined) this.#bins.set(start, bin = new Map());
    bin.set(kind, (bin.get(kind) ?? 0) + count);
  }

  #widen(): void {
    const old = this.#bins;
    this.#bins = new Map();
    this.#width++;
    for (const [start, bin] of old) {
      for (const [kind, count] of bin) this.#count(start, kind, count);
    }
  }
}
