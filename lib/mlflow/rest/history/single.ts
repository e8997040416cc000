/**
 * One history on its own: at once if it is short, as a {@linkcode LongHistory} if it is not.
 * @module
 */
import { BadReplyError } from "../../../http/failure/errors.ts";
import type { History, Points } from "../../../source/mod.ts";
import { BULK_ROWS, type MlflowClient } from "../endpoints/client.ts";
import { historyPages, type HistoryQuery, startAfter } from "./pages.ts";
import type { HistoryItem } from "./plan.ts";
import { streamHistory } from "./stream.ts";
import { LongHistory, type LongHistoryOptions } from "./long.ts";
import { tokenOfOffset } from "../paging/page_order.ts";
import { PointColumns } from "../../points/columns.ts";
import { verdictOn } from "../endpoints/verdict.ts";

/** How single histories are read. */
export interface SingleOptions {
  /** Ends all calls. */
  readonly signal: AbortSignal;
  /** Rows from which on a history is too long to be read at once. @default {25_000} */
  readonly maxRows?: number;
  /** Hears when the reading of a long history begins. */
  readonly onLongStart: (history: LongHistory) => void;
  /** Hears of the length of a long history, when it was read. */
  readonly onLongEnd: (item: HistoryItem, points: number) => void;
}

/** From here on a history that comes in one reply is read as a stream, and not before its turn. */
const MAX_POINTS_AHEAD = 100_000;

/** Reads histories by get-history. */
export class SingleHistories {
  readonly #client: MlflowClient;
  readonly #options: SingleOptions;

  /** Creates a reader for the client's server. */
  constructor(client: MlflowClient, options: SingleOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Reads a history that is expected to be short; if it is not, what was read is its beginning. */
  async read(item: HistoryItem): Promise<History> {
    const query = this.#historyOf(item, -item.index);
    const { maxRows = BULK_ROWS } = this.#options;
    if (this.#client.dialect.pagesHistory) {
      const page = await this.#client.history(item.key, { ...query, maxResults: maxRows }).catch((error) => {
        if (error instanceof BadReplyError && error.reason === "long") return undefined;
        throw error;
      });
      // A file store has no pages: what it sends may be too much for one piece of memory.
      if (page === undefined) return this.long(item, Infinity);
      return page.token === undefined ? page.items : this.#continue(item, { ...page, token: page.token });
    }
    const points = new PointColumns();
    for await (const page of streamHistory(this.#client, query)) {
      points.push(page);
      if (points.length > maxRows) return this.long(item, Infinity);
    }
    return points;
  }

  /**
   * Returns a long history, of which nothing is asked before it is read.
   *
   * @param expected Points to expect: a reply that is not too large is read before its turn.
   */
  long(item: HistoryItem, expected: number): LongHistory {
    const query = this.#historyOf(item, 0);
    const isPaged = this.#client.dialect.pagesHistory;
    return this.#create(item, {
      pages: () => {
        if (isPaged) return historyPages(this.#client, query);
        const pages = streamHistory(this.#client, query);
        // A worker of gunicorn that cannot send on is killed: what is read before its turn is read to its end.
        return expected <= MAX_POINTS_AHEAD ? atOnce(pages) : pages;
      },
      canPrefetch: isPaged || expected <= MAX_POINTS_AHEAD,
    });
  }

  /** Returns the long history that filled a reply alone. Where get-history has pages, it goes on where the reply ends. */
  afterReply(item: HistoryItem, points: Points): LongHistory {
    const token = tokenOfOffset(points.length);
    return token !== undefined && this.#client.dialect.pagesHistory
      ? this.#continue(item, { items: points, token })
      : this.long(item, Math.max(item.expected, points.length));
  }

  #continue(item: HistoryItem, page: { readonly items: Points; readonly token: string }): LongHistory {
    return this.#create(item, {
      beginning: page.items,
      pages: () => historyPages(this.#client, this.#historyOf(item, 0), startAfter(page)),
      canPrefetch: true,
    });
  }

  #create(item: HistoryItem, options: Pick<LongHistoryOptions, "pages" | "beginning" | "canPrefetch">): LongHistory {
    const history: LongHistory = new LongHistory({
      ...options,
      pages: () => this.#withVerdict(options.pages()),
      onStart: () => this.#options.onLongStart(history),
      onEnd: (points) => this.#options.onLongEnd(item, points),
    });
    return history;
  }

  async *#withVerdict(pages: AsyncGenerator<Points>): AsyncGenerator<Points> {
    try {
      yield* pages;
    } catch (error) {
      throw await verdictOn(error, this.#client);
    }
  }

  #historyOf(item: HistoryItem, priority: number): HistoryQuery {
    return { runId: item.runId, key: item.key, signal: this.#options.signal, priority };
  }
}

async function* atOnce<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  yield* await Array.fromAsync(pages);
}
