/**
 * All runs of one experiment, page by page. Where the server's page tokens are places, later pages are asked for by forged
 * tokens, several at once: a server with many workers lists one giant experiment as fast as many small ones.
 * @module
 */
import PQueue from "p-queue";
import { isInOrder, joins, offsetOfToken, tokenOfOffset } from "../paging/page_order.ts";
import type { RunPage, RunPageAsk } from "./search.ts";
import { StallGuard } from "../paging/stall_guard.ts";
import type { ListedRun } from "../endpoints/wire.ts";

/** Asks for one page of the experiment. */
export type AskPage = (query: RunPageAsk) => Promise<RunPage>;

/** How one experiment is listed. */
export interface ListingOptions {
  /** The experiment's id, for messages. */
  readonly experimentId: string;
  readonly ask: AskPage;
  /** Runs a page now: it may get smaller on the way. */
  readonly pageSize: () => number;
  /**
   * Runs of the first page at most: histories, and pages beside each other, are asked for only once it is there. It is one call more for
   * an experiment that has more runs. @default {250}
   */
  readonly firstPageSize?: number;
  /** Pages asked for before they are needed, at most: those on their way and those that came before their turn. */
  readonly pagesAhead: number;
  /** Of those, on their way at once. */
  readonly pagesAtOnce: number;
  /**
   * Milliseconds between the starts of two calls. A worker of uvicorn accepts all connections that are there: calls that
   * start together come to the same one and wait for each other, while three idle workers get none. @default {3}
   */
  readonly spacingMs?: number;
}

/** A page that is on its way, or waits to be asked for. */
interface Ahead {
  readonly offset: number;
  readonly page: Promise<RunPage>;
  /** Set when it has come and nothing follows it. */
  isLast: boolean;
}

/**
 * The listing of one experiment: asks for the first page when it is made, and for the others as pages are taken.
 * Runs that are added or deleted meanwhile make no gaps and no doubles among those that stay.
 */
export class RunListing {
  readonly #options: ListingOptions;
  readonly #first: Promise<RunPage>;
  readonly #controller = new AbortController();
  readonly #guard: StallGuard;
  readonly #seen = new Set<string>();
  readonly #calls = new Set<Promise<RunPage>>();
  readonly #queue: PQueue;
  /** How often the pages ahead were forgotten: what comes for an earlier round says nothing of this one. */
  #round = 0;
  #last: ListedRun | undefined;

  /** Starts the listing. */
  constructor(options: ListingOptions) {
    this.#options = options;
    const { firstPageSize = 250, pagesAtOnce: concurrency, spacingMs: interval = 3 } = options;
    this.#queue = new PQueue({ concurrency, interval, intervalCap: 1 });
    this.#guard = new StallGuard(`the runs of experiment ${options.experimentId}`);
    this.#first = this.#ask({ atMost: firstPageSize });
  }

  /** Runs on the first page, once it is there. Rejects when it could not be had. */
  async firstCount(): Promise<number> {
    return (await this.#first).items.length;
  }

  /** Gives the runs in MLflow's order, each once. To be read once. */
  async *pages(): AsyncGenerator<readonly ListedRun[]> {
    try {
      const first = await this.#first;
      yield this.#fresh(first);
      if (first.token === undefined) return;
      // Only if runs stand in the order that places count in, and the token is a place, may a place be asked for.
      const arePlaces = first.size > 1 && offsetOfToken(first.token) === first.size &&
        first.items.length === first.size && isInOrder(first.items.map((item) => item.run));
      const token = arePlaces ? yield* this.#byPlace(first.size) : first.token;
      if (token !== undefined) yield* this.#byToken(token);
    } finally {
      await this.stop();
    }
  }

  /** Ends the calls that are on their way. */
  async stop(): Promise<void> {
    this.#queue.clear();
    this.#controller.abort(new DOMException("The listing is over", "AbortError"));
    await Promise.allSettled(this.#calls);
  }

  /** One page after another; the next one comes while the last one is worked on. */
  async *#byToken(token: string): AsyncGenerator<readonly ListedRun[]> {
    for (let next: Promise<RunPage> | undefined = this.#ask({ token }); next !== undefined;) {
      const page: RunPage = await next;
      const runs = this.#fresh(page);
      if (page.token !== undefined) this.#guard.check(runs.length, page.token);
      next = page.token === undefined ? undefined : this.#ask({ token: page.token });
      yield runs;
    }
  }

  /**
   * Several pages at once, each overlapping the one before by a run: so that a run that went away, which moves all later
   * ones up, is noticed, and the place before is asked for. Returns a token to go on with when places prove useless.
   */
  async *#byPlace(firstSize: number): AsyncGenerator<readonly ListedRun[], string | undefined> {
    const ahead: Ahead[] = [];
    let end = firstSize;
    let joined = 1;
    let stepBack = 1;
    for (;;) {
      // Two pages after the first, then three, …: at the end of the listing few calls, which cost little, were in vain.
      this.#fill(ahead, { from: end - 1, count: Math.min(joined + 1, this.#options.pagesAhead) });
      const { offset, page: promise } = ahead.shift() as Ahead;
      const page = await promise;
      const runs = page.items.map((item) => item.run);
      if (offset > 0 && this.#last !== undefined && !joins(runs, this.#last.run)) {
        this.#drop(ahead);
        end = Math.max(1, offset + 1 - stepBack);
        stepBack *= 2;
        joined = 0;
        continue;
      }
      const fresh = this.#fresh(page);
      if (page.token === undefined) {
        yield fresh;
        return undefined;
      }
      this.#guard.check(fresh.length, page.token);
      const isPlace = offsetOfToken(page.token) === offset + page.size && runs.length === page.size && page.size > 1 &&
        isInOrder(runs);
      if (isPlace) {
        // Pages that were asked for behind a larger page than this one leave a gap, and are asked for again.
        end = offset + page.size;
        if (ahead[0] !== undefined && ahead[0].offset > end - 1) this.#drop(ahead);
        joined++;
        stepBack = 1;
      } else this.#drop(ahead);
      yield fresh;
      if (!isPlace) return page.token;
    }
  }

  /** Asks for pages until there are as many ahead as wanted, or the last one has come. */
  #fill(ahead: Ahead[], options: { readonly from: number; readonly count: number }): void {
    const size = this.#options.pageSize();
    const round = this.#round;
    while (ahead.length < Math.max(1, options.count) && !ahead.some(({ isLast }) => isLast)) {
      const before = ahead.at(-1);
      const offset = before === undefined ? options.from : before.offset + size - 1;
      const page = this.#queue.add(() => this.#ask({ token: tokenOfOffset(offset) }));
      const entry = { offset, page, isLast: false };
      ahead.push(entry);
      // Whoever takes a page hears of its failure; one beyond the end is taken by nobody, and must not end the program.
      page.then(({ token }) => {
        if (token !== undefined || round !== this.#round) return;
        entry.isLast = true;
        // What waits in the queue lies behind this page.
        this.#queue.clear();
      }, () => {});
    }
  }

  /** Forgets the pages ahead: those that wait in the queue are never asked for. */
  #drop(ahead: Ahead[]): void {
    this.#round++;
    this.#queue.clear();
    ahead.length = 0;
  }

  #ask(query: RunPageAsk): Promise<RunPage> {
    const page = this.#options.ask({ ...query, signal: this.#controller.signal });
    this.#calls.add(page);
    page.catch(() => {}).finally(() => this.#calls.delete(page));
    return page;
  }

  /** Leaves out what came before, and keeps in mind where the next page must join. */
  #fresh(page: RunPage): readonly ListedRun[] {
    const runs = page.items.filter(({ run }) => {
      const isNew = !this.#seen.has(run.id);
      this.#seen.add(run.id);
      return isNew;
    });
    this.#last = page.items.at(-1) ?? this.#last;
    return runs;
  }
}
