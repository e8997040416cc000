/**
 * Which metric histories to ask for in which call, so that the fewest calls do: get-history-bulk takes one metric of many
 * runs, so that runs wait until their metric fills a call, or until nothing else is left to do. Pure: asks nobody.
 * @module
 */
import { HistoryEstimate } from "./estimate.ts";

/** One metric of one run. */
export interface HistoryItem {
  /** The run's place in the stream: lower ones are needed earlier. */
  readonly index: number;
  readonly runId: string;
  /** The metric. */
  readonly key: string;
  /** The metric's latest step in this run, and 1. */
  readonly steps: number;
  /** Points to expect of it, as they were estimated when the run came. */
  readonly expected: number;
}

/**
 * One call to make, or none:
 * - bulk: get-history-bulk for all items (of one metric)
 * - single: get-history for the only item
 * - long: the only item is so long that it is to be read when it is written
 */
export interface HistoryCall {
  /** What to ask. */
  readonly kind: "bulk" | "single" | "long";
  /** In the order of their runs. */
  readonly items: readonly [HistoryItem, ...HistoryItem[]];
  /** Points that the reply is expected to hold. */
  readonly expected: number;
}

/** What the server takes in one bulk call. */
export interface BulkLimits {
  /** Run ids at most; 0 where there is no bulk call. */
  readonly runIds: number;
  /** Bytes that all run ids may add to a call for this metric. */
  readonly bytesFor: (key: string) => number;
  /** Bytes that one run id adds. */
  readonly bytesOf: (runId: string) => number;
}

/** How the planner weighs. */
export interface PlanOptions {
  /** What the server takes; asked for each call, because it may learn. */
  readonly limits: () => BulkLimits;
  /** Points that a bulk call is expected to bring at most; far below the 25,000 where replies are cut. @default {12_500} */
  readonly callPoints?: number;
  /** A history with more points is long. @default {25_000} */
  readonly longPoints?: number;
  /** A run with more points in all its metrics has long histories from a thousand points on. @default {500_000} */
  readonly runPoints?: number;
}

/** The runs that wait for one metric. */
interface Queue {
  readonly items: HistoryItem[];
  steps: number;
}

/** In a run that is too large for memory as a whole, histories below this are still read at once. */
const SHORT_POINTS = 1_000;

/** Plans the calls for a stream of runs. */
export class HistoryPlanner {
  /** What is known about lengths. */
  readonly estimate: HistoryEstimate = new HistoryEstimate();
  readonly #options: PlanOptions;
  readonly #queues = new Map<string, Queue>();
  /** The metrics that each run still waits for, runs in order. */
  readonly #waiting = new Map<number, Set<string>>();
  /** Metrics for which a call would be full, in the order in which they became so. */
  readonly #full = new Set<string>();
  readonly #singles: HistoryItem[] = [];
  readonly #hugeRuns = new Set<number>();

  /** Creates a planner that knows of no runs. */
  constructor(options: PlanOptions) {
    this.#options = options;
  }

  /** Adds a run, later in the stream than all before. Returns how many points to expect of it. */
  add(items: readonly HistoryItem[]): number {
    const expected = items.reduce((sum, item) => sum + item.expected, 0);
    const index = items[0]?.index;
    if (index !== undefined && expected > (this.#options.runPoints ?? 500_000)) this.#hugeRuns.add(index);
    for (const item of items) this.#enqueue(item);
    return expected;
  }

  /** Puts items back that a reply left out, in the order of their runs. They go before those that came later. */
  putBack(items: readonly HistoryItem[]): void {
    for (const item of items) this.#enqueue(item);
    for (const { key } of items) {
      this.#queues.get(key)?.items.sort((a, b) => a.index - b.index);
      this.#full.add(key);
    }
  }

  /** Asks for items one by one from now on. */
  putSingle(items: readonly HistoryItem[]): void {
    this.#singles.push(...items);
  }

  /** Forgets a run that is complete. */
  forget(index: number): void {
    this.#waiting.delete(index);
    this.#hugeRuns.delete(index);
  }

  /** Returns a call that is full, or one for items that can only be asked for one by one; undefined if there is none. */
  nextFull(): HistoryCall | undefined {
    const single = this.#singles.shift();
    if (single !== undefined) return { kind: "single", items: [single], expected: this.#expected(single) };
    for (const key of this.#full) return this.#take(key);
    return undefined;
  }

  /** Returns a call, full or not, for the first run that waits for anything, if its index is at most the one given. */
  nextUpTo(index: number): HistoryCall | undefined {
    const single = this.#singles.findIndex((item) => item.index <= index);
    if (single !== -1) {
      const [item] = this.#singles.splice(single, 1) as [HistoryItem];
      return { kind: "single", items: [item], expected: this.#expected(item) };
    }
    for (const [run, keys] of this.#waiting) {
      if (run > index) return undefined;
      for (const key of keys) return this.#take(key);
    }
    return undefined;
  }

  #enqueue(item: HistoryItem): void {
    const { index, key } = item;
    const queue = this.#queues.get(key) ?? { items: [], steps: 0 };
    this.#queues.set(key, queue);
    queue.items.push(item);
    queue.steps += item.steps;
    const keys = this.#waiting.get(index) ?? new Set();
    this.#waiting.set(index, keys.add(key));
    if (this.#isFull(key, queue)) this.#full.add(key);
  }

  #isFull(key: string, queue: Queue): boolean {
    const { runIds, bytesFor, bytesOf } = this.#options.limits();
    const count = queue.items.length;
    if (count >= runIds || count * bytesOf(queue.items[0]?.runId ?? "") > bytesFor(key)) return true;
    return this.estimate.points(key, { steps: queue.steps, count }) >= this.#callPoints;
  }

  /** Takes what fits into one call from the beginning of a metric's queue. */
  #take(key: string): HistoryCall {
    const queue = this.#queues.get(key) as Queue;
    const { runIds, bytesFor, bytesOf } = this.#options.limits();
    const items: HistoryItem[] = [];
    let [bytes, expected, kind]: [number, number, HistoryCall["kind"]] = [bytesFor(key), 0, "bulk"];
    for (const item of queue.items) {
      const points = this.#expected(item);
      const isLong = this.#isLong(item, points);
      bytes -= bytesOf(item.runId);
      const fits = !isLong && items.length < runIds && bytes >= 0 && expected + points <= this.#callPoints;
      if (!fits && items.length > 0) break;
      items.push(item);
      expected += points;
      if (fits) continue;
      // The first one is asked for in any case, alone.
      if (isLong) kind = "long";
      else if (runIds === 0 || bytes < 0) kind = "single";
      break;
    }
    this.#remove(key, queue, items);
    return { kind, items: items as [HistoryItem, ...HistoryItem[]], expected };
  }

  #remove(key: string, queue: Queue, items: readonly HistoryItem[]): void {
    queue.items.splice(0, items.length);
    for (const { index, steps } of items) {
      queue.steps -= steps;
      this.#waiting.get(index)?.delete(key);
    }
    if (queue.items.length === 0) this.#queues.delete(key);
    if (queue.items.length === 0 || !this.#isFull(key, queue)) this.#full.delete(key);
  }

  #isLong(item: HistoryItem, points: number): boolean {
    if (this.#hugeRuns.has(item.index)) return points > SHORT_POINTS;
    return points > (this.#options.longPoints ?? 25_000) && this.estimate.isKnown(item.key);
  }

  #expected({ key, steps }: HistoryItem): number {
    return this.estimate.points(key, { steps, count: 1 });
  }

  get #callPoints(): number {
    return this.#options.callPoints ?? 12_500;
  }
}
