/**
 * A history too long for memory: read while it is written, one page ahead of its reader.
 * @module
 */
import type { Points } from "../../../source/mod.ts";

/** How a long history is read. */
export interface LongHistoryOptions {
  /** Gives the pages; not started before it is needed. */
  readonly pages: () => AsyncGenerator<Points>;
  /** What was read already: the first page. @default {[]} */
  readonly beginning?: Points;
  /** Whether pages may be asked for before the reader comes. */
  readonly canPrefetch: boolean;
  /** Hears when the reader comes. */
  readonly onStart: () => void;
  /** Hears of the count of points when all were read. */
  readonly onEnd: (points: number) => void;
}

/** The pages of one long history. To be read once. */
export class LongHistory implements AsyncIterable<Points> {
  readonly #options: LongHistoryOptions;
  #pages: AsyncGenerator<Points> | undefined;
  #next: Promise<IteratorResult<Points>> | undefined;

  /** Creates the history; nothing is asked for. */
  constructor(options: LongHistoryOptions) {
    this.#options = options;
  }

  /** Points in memory before the reader comes. */
  get held(): number {
    return this.#options.beginning?.length ?? 0;
  }

  /** Asks for the next page, if that may be, so that it is there when the reader comes. */
  prefetch(): void {
    if (this.#options.canPrefetch) this.#ask();
  }

  #ask(): void {
    this.#pages ??= this.#options.pages();
    this.#next ??= this.#pages.next();
    // Who reads on hears of the failure.
    this.#next.catch(() => {});
  }

  /** Gives the pages; the one after comes while one is worked on. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
    const { beginning = [], onStart, onEnd } = this.#options;
    let points = beginning.length;
    try {
      this.#ask();
      onStart();
      if (beginning.length > 0) yield beginning;
      for (;;) {
        this.#ask();
        const result = await this.#next;
        this.#next = undefined;
        if (result === undefined || result.done) break;
        this.#ask();
        points += result.value.length;
        yield result.value;
      }
      onEnd(points);
    } finally {
      await this.close();
    }
  }

  /** Gives back what it holds, a reply on its way too. */
  async close(): Promise<void> {
    await this.#pages?.return(undefined);
  }
}
