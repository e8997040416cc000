/**
 * One page of runs, as large as the server can make it in time.
 * @module
 */
import { endsEverything } from "../../../errors.ts";
import { linkSignals } from "../../../http/deadline.ts";
import type { Logger } from "../../../logger.ts";
import type { MlflowClient, RunPageQuery } from "../endpoints/client.ts";
import { type CallOptions, mayBeTooMuch, retriesBeforeLess, retriesOfSmallest } from "../endpoints/retries.ts";
import { verdictOn } from "../endpoints/verdict.ts";
import type { ListedRun, Page } from "../endpoints/wire.ts";
import { inWordsOf } from "./filter.ts";

/** One page, and how many runs were asked for in the end. */
export interface RunPage extends Page<ListedRun> {
  /** The max_results of the call that succeeded. */
  readonly size: number;
}

/** Which page of an experiment. */
export interface RunPageAsk extends CallOptions {
  /** From the page before, or forged. @default {none: the first page} */
  readonly token?: string;
  /** Runs at most, besides what the export and the server allow. @default {Infinity} */
  readonly atMost?: number;
}

/** What all pages of an export have in common. */
export interface RunSearchOptions extends Pick<RunPageQuery, "filter" | "includeDeleted"> {
  /** Runs a page at most. */
  readonly pageSize: number;
  /** Hears of pages that were made smaller. */
  readonly logger: Logger;
  /** Ends all calls. */
  readonly signal: AbortSignal;
}

/** Pages are never made smaller than this. */
const MIN_PAGE_SIZE = 10;

/** Pages that have to succeed before larger ones are tried again; four times as many when that fails. */
const FIRST_TRIAL_AFTER = 8;

/** So many experiments one after another that cannot be listed: the next ones are asked for once, until one can. */
const PATIENT_EXPERIMENTS = 3;

/**
 * Asks for pages of runs: makes them smaller when the server fails over their size, and larger again, as it may only have been
 * busy. A server that cannot make them larger is asked ever more rarely, for each try costs it what it fails over.
 */
export class RunSearch {
  readonly #client: MlflowClient;
  readonly #options: RunSearchOptions;
  #trialAfter = FIRST_TRIAL_AFTER;
  #isTrial = false;
  /** Pages that succeeded since the size was changed last. */
  #successes = 0;
  /** Experiments that could not be listed, since one could. */
  readonly #failed = new Set<string>();

  /** Creates a search over the client's server. */
  constructor(client: MlflowClient, options: RunSearchOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Runs a page now. */
  get pageSize(): number {
    return Math.min(this.#options.pageSize, this.#client.dialect.searchSize);
  }

  /**
   * Asks for one page, of no more runs than `atMost`. gunicorn kills a worker after 30 s, and gateways give up as well:
   * what fails so is asked for again with half the runs, and so are the pages that follow. Rejects when the smallest page
   * fails too: then size was not the reason. Where the server lists no experiment at all, each is asked for once only, or a
   * thousand of them would take hours to fail.
   */
  async page(experimentId: string, { atMost = Infinity, ...query }: RunPageAsk): Promise<RunPage> {
    const { signal, unlink } = linkSignals([this.#options.signal, query.signal]);
    try {
      return await this.#page(experimentId, { atMost, ...query, signal });
    } finally {
      unlink();
    }
  }

  async #page(experimentId: string, { atMost, ...query }: RunPageAsk & { readonly atMost: number }): Promise<RunPage> {
    const { filter, includeDeleted, logger } = this.#options;
    const { searchSize } = this.#client.dialect;
    let isLastTry = false;
    for (;;) {
      const size = Math.min(this.pageSize, atMost);
      const isPatient = this.#failed.size < PATIENT_EXPERIMENTS;
      const isSmallest = size <= MIN_PAGE_SIZE;
      const patience = isLastTry ? undefined : isSmallest ? retriesOfSmallest : retriesBeforeLess;
      const retries = isPatient ? patience : retriesOfNone;
      try {
        const which = { experimentIds: [experimentId], filter, includeDeleted, maxResults: size };
        const page = await this.#client.runs({ retries, ...query, ...which });
        this.#failed.clear();
        this.#succeeded(size);
        return { ...page, size };
      } catch (error) {
        if (!isPatient || isSmallest || !mayBeTooMuch(error)) {
          const reason = await verdictOn(error, this.#client);
          if (isPatient && !isLastTry && reason !== error && mayBeTooMuch(error)) {
            // It is the server, which may come round: as long as that takes elsewhere.
            isLastTry = true;
            continue;
          }
          if (query.signal?.aborted !== true) this.#failed.add(experimentId);
          this.#client.dialect.searchSize = Math.max(searchSize, this.#client.dialect.searchSize);
          throw inWordsOf(filter, reason);
        }
        const smaller = Math.max(MIN_PAGE_SIZE, Math.floor(size / 2));
        // Of several that were on their way, only the first one's failure tells something new.
        if (smaller >= this.pageSize) continue;
        this.#client.dialect.searchSize = smaller;
        this.#successes = 0;
        if (this.#isTrial) this.#trialAfter *= 4;
        this.#isTrial = false;
        logger.warn(`MLflow could not list ${size} runs in one call: asking for ${smaller}`);
      }
    }
  }

  /**
   * Asks for all runs of several experiments in one call, of no more runs than `atMost`. Null where that cannot be had: they do not fit, or
   * one of them cannot be listed. Rejects with what would end each of their listings.
   */
  async together(experimentIds: readonly string[], query: RunPageAsk): Promise<readonly ListedRun[] | null> {
    const { filter, includeDeleted, signal } = this.#options;
    const { atMost = Infinity, ...call } = query;
    const maxResults = Math.min(this.pageSize, atMost);
    try {
      const which = { experimentIds, filter, includeDeleted, maxResults };
      const { items, token } = await this.#client.runs({ retries: retriesOfNone, ...call, signal, ...which });
      this.#failed.clear();
      // A server that does not look ahead gives a token behind the very last run of a full page.
      return token === undefined ? items : null;
    } catch (error) {
      if (signal.aborted || endsEverything(error)) throw error;
      return null;
    }
  }

  #succeeded(size: number): void {
    const { dialect } = this.#client;
    // Pages of another size were small anyhow, or on their way when the size was changed.
    if (size !== this.pageSize) return;
    this.#isTrial = false;
    if (dialect.searchSize === Infinity || ++this.#successes < this.#trialAfter) return;
    this.#successes = 0;
    this.#isTrial = true;
    dialect.searchSize = 2 * size >= this.#options.pageSize ? Infinity : 2 * size;
    this.#options.logger.debug(`MLflow lists ${size} runs in one call again and again: asking for ${this.pageSize}`);
  }
}

function retriesOfNone(failure: unknown): number | undefined {
  return endsEverything(failure) ? undefined : 0;
}
