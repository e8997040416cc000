/**
 * The histories of a stream of runs: runs are taken in some way ahead, calls are planned over all of them and made several
 * at once, and runs leave in order, each as soon as its last history is there.
 * @module
 */
import type { History, RunRecord } from "../../../source/mod.ts";
import type { Logger } from "../../../logger.ts";
import { type MlflowClient, runIdParameter } from "../endpoints/client.ts";
import { type CallResult, HistoryCalls } from "./calls.ts";
import { type BulkLimits, type HistoryCall, HistoryPlanner } from "./plan.ts";
import { LongHistory } from "./long.ts";
import type { StreamedRun } from "../listing/stream.ts";

/** How histories are read. */
export interface HistoryOptions {
  /** The server. */
  readonly client: MlflowClient;
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Hears of fallbacks. */
  readonly logger: Logger;
  /** Aborted here when the reading ends before its end: the runs' stream should listen to it as well. */
  readonly controller: AbortController;
  /** Runs in work at most, of which histories are awaited. @default {600} */
  readonly maxRuns?: number;
  /** Runs in work at most, those included of which none are: a call for a few runs of a thousand costs as much as one for all. @default {2_000} */
  readonly maxSlots?: number;
  /** Points in memory, about: no more runs are taken in while so many are there or awaited. @default {500_000} */
  readonly maxPoints?: number;
  /** Rows from which on a bulk reply is cut. @default {25_000} */
  readonly maxRows?: number;
  /** Points that a bulk call is expected to bring at most. @default {12_500} */
  readonly callPoints?: number;
}

/** Bytes of path and query: gunicorn refuses a request line over 4,094, method and version included. */
const MAX_PATH_BYTES = 4_000;

/** Long histories that are read before their reader comes. */
const LONG_AHEAD = 2;

/** A run whose histories are on their way. */
interface Slot {
  readonly streamed: StreamedRun;
  readonly histories: Map<string, History>;
  /** Points that it has in memory. */
  held: number;
  /** Points that it will have in memory. */
  expected: number;
}

/** Reads the histories of runs. Rejects with what ends the whole export; what fails for one history stands in its place. */
export async function* readHistories(
  runs: AsyncIterable<StreamedRun>,
  options: HistoryOptions,
): AsyncGenerator<RunRecord> {
  const reading = new HistoryReading(runs[Symbol.asyncIterator](), options);
  try {
    for (let record = await reading.next(); record !== undefined; record = await reading.next()) yield record;
  } finally {
    await reading.stop();
  }
}

class HistoryReading {
  readonly #runs: AsyncIterator<StreamedRun>;
  readonly #options: HistoryOptions;
  readonly #maxRuns: number;
  readonly #maxSlots: number;
  readonly #maxPoints: number;
  readonly #planner: HistoryPlanner;
  readonly #calls: HistoryCalls;
  /** By their places in the stream, in order: the first one is the next to leave. */
  readonly #slots = new Map<number, Slot>();
  /** Long histories that were not read yet, in the order in which they were found. */
  readonly #longs = new Set<LongHistory>();
  readonly #work = new Set<Promise<void>>();
  #callCount = 0;
  #runCount = 0;
  /** Runs in work of which histories are awaited. */
  #awaited = 0;
  #isTaking = false;
  #isAtEnd = false;
  /** Points in memory or on their way. */
  #held = 0;
  /** The same, and those not asked for yet. */
  #expected = 0;
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => {};

  constructor(runs: AsyncIterator<StreamedRun>, options: HistoryOptions) {
    this.#runs = runs;
    this.#options = options;
    this.#maxRuns = options.maxRuns ?? 600;
    this.#maxSlots = options.maxSlots ?? 2_000;
    this.#maxPoints = options.maxPoints ?? 500_000;
    this.#planner = new HistoryPlanner({
      limits: () => limitsOf(options.client),
      runPoints: this.#maxPoints,
      longPoints: options.maxRows,
      callPoints: options.callPoints,
    });
    this.#calls = new HistoryCalls(options.client, {
      logger: options.logger,
      signal: options.controller.signal,
      maxRows: options.maxRows,
      onLongStart: (history) => {
        this.#longs.delete(history);
        this.#readLongsAhead();
      },
      onLongEnd: ({ key, steps }, points) => this.#planner.estimate.learn(key, { points, steps }),
    });
  }

  /** Returns the next run with all its histories; undefined after the last one. */
  async next(): Promise<RunRecord | undefined> {
    for (;;) {
      this.#go();
      if (this.#failure !== undefined) throw this.#failure.error;
      const record = this.#leave();
      if (record !== undefined) return record;
      if (this.#isAtEnd && this.#slots.size === 0) return undefined;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Ends what is on its way. After the last run, long histories may still be in their reader's hands. */
  async stop(): Promise<void> {
    this.#isOver = true;
    if (!this.#isAtEnd || this.#slots.size > 0) {
      this.#options.controller.abort(new DOMException("The reading is over", "AbortError"));
    }
    await Promise.all(this.#work);
    await this.#runs.return?.();
    if (this.#options.controller.signal.aborted) await Promise.all([...this.#longs].map((long) => long.close()));
  }

  /** Lets the first run go, if it is complete. */
  #leave(): RunRecord | undefined {
    for (const [index, { streamed, histories: found, held, expected }] of this.#slots) {
      const { experiment, run } = streamed;
      if (found.size < streamed.steps.size) return undefined;
      this.#slots.delete(index);
      if (streamed.steps.size > 0) this.#awaited--;
      this.#planner.forget(index);
      this.#held -= held;
      this.#expected -= expected;
      const histories = new Map([...streamed.steps.keys()].map((key) => [key, found.get(key) as History]));
      this.#readLongsAhead();
      this.#go();
      return { experiment, run, histories };
    }
    return undefined;
  }

  #go(): void {
    if (this.#failure !== undefined || this.#isOver) return;
    if (!this.#isTaking && !this.#isAtEnd && !this.#isCrowded) {
      this.#isTaking = true;
      this.#do(this.#take());
    }
    while (this.#callCount < 2 * this.#options.concurrency) {
      const call = this.#nextCall();
      if (call === undefined) return;
      if (call.kind === "long") this.#settle(this.#calls.long(call.items[0], call.expected));
      else this.#do(this.#make(call));
    }
  }

  get #isCrowded(): boolean {
    return this.#awaited >= this.#maxRuns || this.#slots.size >= this.#maxSlots ||
      (this.#expected >= this.#maxPoints && this.#slots.size > 0);
  }

  #nextCall(): HistoryCall | undefined {
    const [first] = this.#slots.keys();
    if (first === undefined) return undefined;
    // More points came than were expected: only what the next run needs, until some have left.
    if (this.#held > 1.5 * this.#maxPoints) return this.#planner.nextUpTo(first);
    const full = this.#planner.nextFull();
    if (full !== undefined) return full;
    if (this.#isAtEnd) return this.#planner.nextUpTo(Infinity);
    // No further run can come to fill the calls of the older half.
    return this.#isCrowded ? this.#planner.nextUpTo(first + Math.floor(this.#slots.size / 2)) : undefined;
  }

  async #take(): Promise<void> {
    const { done, value } = await this.#runs.next();
    this.#isTaking = false;
    if (done) {
      this.#isAtEnd = true;
      return;
    }
    const index = this.#runCount++;
    const items = [...value.steps].map(([key, steps]) => ({
      index,
      runId: value.run.id,
      key,
      steps,
      expected: this.#planner.estimate.points(key, { steps, count: 1 }),
    }));
    const expected = this.#planner.add(items);
    if (value.steps.size > 0) this.#awaited++;
    this.#slots.set(index, { streamed: value, histories: new Map(), held: 0, expected });
    this.#expected += expected;
  }

  async #make(call: HistoryCall): Promise<void> {
    this.#callCount++;
    this.#held += call.expected;
    try {
      this.#settle(await (call.kind === "bulk" ? this.#calls.bulk(call.items) : this.#calls.single(call.items[0])));
    } finally {
      this.#callCount--;
      this.#held -= call.expected;
    }
  }

  #settle({ settled, left, singles }: CallResult): void {
    for (const [item, history] of settled) {
      const slot = this.#slots.get(item.index) as Slot;
      const points = heldBy(history);
      slot.histories.set(item.key, history);
      if (history instanceof LongHistory) this.#longs.add(history);
      slot.held += points;
      slot.expected += points - item.expected;
      this.#held += points;
      this.#expected += points - item.expected;
      // Of a long history it is only known that there are more.
      const known = history instanceof LongHistory && points > 0 ? points + 1 : points;
      if (known > 0) this.#planner.estimate.learn(item.key, { points: known, steps: item.steps });
    }
    if (left.length > 0) this.#planner.putBack(left);
    if (singles.length > 0) this.#planner.putSingle(singles);
  }

  /** Follows a piece of work to its end: what it fails with ends the reading. */
  #do(work: Promise<void>): void {
    const followed = work.catch((error) => {
      this.#failure ??= { error };
    }).then(() => {
      this.#work.delete(followed);
      this.#go();
      this.#wake();
    });
    this.#work.add(followed);
  }

  /** Reads the beginning of the long histories whose turn is next. */
  #readLongsAhead(): void {
    let count = 0;
    for (const long of this.#longs) {
      if (count++ === LONG_AHEAD) return;
      long.prefetch();
    }
  }
}

function limitsOf(client: MlflowClient): BulkLimits {
  const { dialect } = client;
  return {
    runIds: dialect.hasBulk ? dialect.bulkRunIds : 0,
    bytesFor: (key) => MAX_PATH_BYTES - client.bulkPath(key).length,
    bytesOf: (runId) => runIdParameter(runId).length,
  };
}

function heldBy(history: History): number {
  if (history instanceof LongHistory) return history.held;
  return "length" in history ? history.length : 0;
}
