/**
 * How a source measures by some of its runs what all of them will take.
 * @module
 */
import type { EstimateQuery, History, Points, RunRecord } from "./mod.ts";

/** Runs that are read to measure by, at most: about as many as an export of a server has in work at once. */
export const SAMPLE_RUNS = 200;

/** After so many milliseconds no further run is read. */
const SAMPLE_MS = 4_000;

/** What one run costs beside its points, in points. */
const RUN_POINTS = 40;

/** Runs that follow each other are read together: they are of one experiment, mostly, and alike in what they log. */
const BLOCK_RUNS = 40;

/** Some of many runs: blocks of them, spread evenly over all, however many there will be. */
export class EvenSample<T> {
  readonly #most: number;
  readonly #blockSize: number;
  #blocks: T[][] = [];
  #every = 1;
  #count = 0;

  /** Keeps at most so many, and more than half of that once there are so many. */
  constructor(most: number = SAMPLE_RUNS, blockSize: number = BLOCK_RUNS) {
    this.#most = most / blockSize;
    this.#blockSize = blockSize;
  }

  /** Those that are kept, in order. */
  get items(): readonly T[] {
    return this.#blocks.flat();
  }

  add(item: T): void {
    const block = Math.floor(this.#count / this.#blockSize);
    const isFirst = this.#count++ % this.#blockSize === 0;
    if (block % this.#every !== 0) return;
    if (!isFirst) return void this.#blocks.at(-1)?.push(item);
    if (this.#blocks.length === this.#most) {
      this.#blocks = this.#blocks.filter((_, index) => index % 2 === 0);
      this.#every *= 2;
      if (block % this.#every !== 0) return;
    }
    this.#blocks.push([item]);
  }
}

interface Amounts {
  readonly runs: number;
  readonly points: number;
}

/** What reading some runs took, in milliseconds. */
export interface Measured extends Amounts {
  /** Until the first run was there: however many there are, that is waited for once. */
  readonly startMs: number;
  /** Until the first page of each long history was there: a store may look through all of it before it gives one. */
  readonly waitMs: number;
  /** All the rest. */
  readonly restMs: number;
  /** Whether all points of these runs were read. */
  readonly isWhole: boolean;
}

/** Reads runs for as long as a sample may take: but for the first run, and the first page of its long histories, which take what they take. */
export async function measure(
  records: AsyncIterable<RunRecord>,
  { take, sampleMs = SAMPLE_MS }: Pick<EstimateQuery, "take" | "sampleMs">,
): Promise<Measured> {
  const beganMs = performance.now();
  const takenMs = (): number => performance.now() - beganMs;
  let [startMs, waitMs, isWhole] = [0, 0, true];
  const page: PageHearer = {
    isOver: () => takenMs() > sampleMs,
    onCut: () => void (isWhole = false),
    onFirst: (ms) => void (waitMs += ms),
  };
  let [runs, points] = [0, 0];
  for await (const record of records) {
    if (runs++ === 0) startMs = takenMs();
    const histories = [...record.histories].map(([key, history]) => [key, cutShort(history, page)] as const);
    points += await take({ ...record, histories: new Map(histories) });
    if (page.isOver()) break;
  }
  return { runs, points, startMs, waitMs, restMs: takenMs() - startMs - waitMs, isWhole };
}

interface PageHearer {
  readonly isOver: () => boolean;
  readonly onCut: () => void;
  /** Hears how long the first page took. */
  readonly onFirst: (ms: number) => void;
}

/** A history of millions of points takes minutes. */
function cutShort(history: History, { isOver, onCut, onFirst }: PageHearer): History {
  if (!(Symbol.asyncIterator in history)) return history;
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
      const beganMs = performance.now();
      let isFirst = true;
      for await (const page of history) {
        if (isFirst) onFirst(performance.now() - beganMs);
        isFirst = false;
        yield page;
        if (!isOver()) continue;
        onCut();
        return;
      }
    },
  };
}

/** How long so many runs with so many points take, where a sample took so long. */
export function msFor(whole: Amounts, { startMs, waitMs, restMs, ...sample }: Measured): number {
  if (sample.runs === 0) return 0;
  const weight = ({ runs, points }: Amounts): number => runs * RUN_POINTS + points;
  return startMs + waitMs * whole.runs / sample.runs + restMs * weight(whole) / weight(sample);
}
