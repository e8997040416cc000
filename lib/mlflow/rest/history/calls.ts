/**
 * One planned call made: what came back, what is to be asked again, and which failure is whose.
 * @module
 */
import { endsEverything, messageOf, statusOf } from "../../../errors.ts";
import { BadReplyError, HttpError, RedirectError, RefusedReplyError } from "../../../http/failure/errors.ts";
import type { History, HistoryError } from "../../../source/mod.ts";
import type { Logger } from "../../../logger.ts";
import { BULK_ROWS, type MlflowClient } from "../endpoints/client.ts";
import { isMissing } from "../endpoints/dialect.ts";
import { failureWords } from "../endpoints/failure_words.ts";
import type { HistoryItem } from "./plan.ts";
import { SingleHistories, type SingleOptions } from "./single.ts";
import { isTooMuch, mayBeTooMuch, retriesBeforeLess, retriesOfOptional } from "../endpoints/retries.ts";
import type { BulkReply } from "../endpoints/points.ts";
import { verdictOn } from "../endpoints/verdict.ts";

/** What one call brought. */
export interface CallResult {
  /** Histories that are settled: whole, long, or a failure of their own. */
  readonly settled: Map<HistoryItem, History>;
  /** Items that the reply had no room for: to be planned again. */
  readonly left: HistoryItem[];
  /** Items that are to be asked for one by one. */
  readonly singles: HistoryItem[];
}

/** How calls are made. */
export interface HistoryCallOptions extends SingleOptions {
  /** Hears of fallbacks. */
  readonly logger: Logger;
}

type Items = readonly HistoryItem[];

/** Makes the calls of one export, and remembers what the server and the account cannot. */
export class HistoryCalls {
  readonly #client: MlflowClient;
  readonly #options: HistoryCallOptions;
  readonly #single: SingleHistories;
  /** Runs that this account may not read. */
  readonly #denied = new Map<string, HistoryError>();
  #bulkHasWorked = false;
  #hasTold = false;

  /** Creates the calls' maker. */
  constructor(client: MlflowClient, options: HistoryCallOptions) {
    this.#client = client;
    this.#options = options;
    this.#single = new SingleHistories(client, options);
  }

  /** Asks for one metric of some runs in one call. Rejects only with what ends the whole export. */
  async bulk(all: readonly HistoryItem[]): Promise<CallResult> {
    const items = all.filter((item) => !this.#denied.has(item.runId));
    const settled = new Map(all.flatMap((item) => {
      const error = this.#denied.get(item.runId);
      return error === undefined ? [] : [[item, error] as const];
    }));
    const [first] = items;
    if (first === undefined) return { settled, left: [], singles: [] };
    if (!this.#client.dialect.hasBulk) return { settled, left: [], singles: items };
    let reply: BulkReply;
    try {
      reply = await this.#client.bulkHistory(first.key, {
        runIds: items.map((item) => item.runId),
        signal: this.#options.signal,
        priority: -first.index,
        retries: (failure) => retriesOfOptional(failure) ?? (items.length > 1 ? retriesBeforeLess(failure) : undefined),
      });
    } catch (error) {
      return merge([{ settled, left: [], singles: [] }, await this.#afterFailure(items, error)]);
    }
    this.#bulkHasWorked = true;
    return merge([{ settled, left: [], singles: [] }, this.#sort(items, reply)]);
  }

  /** Asks for one history on its own. Rejects only with what ends the whole export. */
  async single(item: HistoryItem): Promise<CallResult> {
    const denied = this.#denied.get(item.runId);
    if (denied !== undefined) return settle(item, denied);
    try {
      return settle(item, await this.#single.read(item));
    } catch (error) {
      const reason = await verdictOn(error, this.#client);
      if (endsEverything(reason)) throw reason;
      const failure = { error: failureWords(reason), status: statusOf(reason) };
      if (reason instanceof RefusedReplyError) this.#denied.set(item.runId, failure);
      return settle(item, failure);
    }
  }

  /**
   * Settles a history as a long one, of which nothing is asked before it is read.
   *
   * @param expected Points to expect: a reply that is not too large is read before its turn.
   */
  long(item: HistoryItem, expected: number): CallResult {
    return settle(item, this.#single.long(item, expected));
  }

  #sort(items: Items, { rows, lastRunId, byRun }: BulkReply): CallResult {
    const isCut = rows >= (this.#options.maxRows ?? BULK_ROWS);
    // Rows come run by run: only the last run's may be cut off, and those of some runs be missing as a whole.
    const lastRun = isCut ? lastRunId : undefined;
    const result: CallResult = { settled: new Map(), left: [], singles: [] };
    for (const item of items) {
      const found = byRun.get(item.runId);
      if (found !== undefined && item.runId !== lastRun) {
        result.settled.set(item, found);
      } else if (found !== undefined && found.length === rows) {
        result.settled.set(item, this.#single.afterReply(item, found));
      } else if (isCut && item.runId !== lastRun) result.left.push(item);
      // The run has this metric: that the reply does not have it is to be verified.
      else result.singles.push(item);
    }
    return result;
  }

  async #afterFailure(items: Items, error: unknown): Promise<CallResult> {
    const halve = async (): Promise<CallResult> => {
      const middle = Math.ceil(items.length / 2);
      const first = await this.bulk(items.slice(0, middle));
      return merge([first, await this.bulk(items.slice(middle))]);
    };
    if (items.length > 1 && mayBeTooMuch(error)) return await halve();
    if (!this.#bulkHasWorked && isShutOut(error)) return await this.#verifyRefusal(items);
    if (!maySinglesFareBetter(error)) throw error;
    if (error instanceof RefusedReplyError) {
      return items.length > 1 ? await halve() : await this.#verifyRefusal(items);
    }
    if (isMissing(error) && !(error instanceof BadReplyError)) this.#closeBulk("it does not have get-history-bulk");
    else if (error instanceof HttpError && this.#learnLimit(items, error)) {
      return { settled: new Map(), left: [...items], singles: [] };
    } else this.#tell(`Reading ${items.length} histories one by one: ${messageOf(error)}`, error);
    return { settled: new Map(), left: [], singles: [...items] };
  }

  /** What bulk refuses and get-history does not: then it is bulk that is closed, by a gateway perhaps. */
  async #verifyRefusal(items: Items): Promise<CallResult> {
    const result = merge(await Promise.all(items.map((item) => this.single(item))));
    const isReadable = [...result.settled.values()].some((history) => !("error" in history));
    if (isReadable && !this.#bulkHasWorked) this.#closeBulk("it refuses get-history-bulk");
    return result;
  }

  /** A reply that is none of MLflow's is told, but once; what a call of fewer runs mends is not. */
  #tell(text: string, error: unknown): void {
    const isReply = error instanceof HttpError || error instanceof RefusedReplyError;
    this.#options.logger[isReply || this.#hasTold ? "debug" : "warn"](text);
    this.#hasTold ||= !isReply;
  }

  #closeBulk(reason: string): void {
    if (!this.#client.dialect.hasBulk) return;
    this.#client.dialect.hasBulk = false;
    this.#options.logger.info(`Reading metric histories one by one, because of the server: ${reason}`);
  }

  /** Learns from a refused call how many run ids the next ones may have. Returns whether there was anything to learn. */
  #learnLimit(items: Items, { status, serverMessage, reply }: HttpError): boolean {
    const { dialect } = this.#client;
    const told = /cannot specify more than (\d+)/.exec(serverMessage ?? "")?.[1];
    const isTooLong = status === 414 || status === 431 || (status === 400 && /too (?:large|long)/i.test(reply.body));
    const limit = told !== undefined ? Number(told) : isTooLong ? Math.floor(items.length / 2) : items.length;
    if (limit < 1 || limit >= items.length) return false;
    dialect.bulkRunIds = Math.min(dialect.bulkRunIds, limit);
    return true;
  }
}

/**
 * Whether something before the server may keep its pages' endpoints to itself, as it does not keep the API: a login that is asked for
 * (401, a redirect, a page). get-history tells whether it does.
 */
function isShutOut(error: unknown): boolean {
  if (error instanceof RefusedReplyError) return error.status === 401;
  return error instanceof RedirectError || error instanceof BadReplyError && error.reason === "html";
}

/**
 * Whether the histories of a call that failed may be had one by one: another question than {@linkcode endsEverything}, for one run of many
 * may be what the call failed over, a single history is less than many, and it is asked for elsewhere.
 */
function maySinglesFareBetter(error: unknown): boolean {
  return !endsEverything(error) || isTooMuch(error) || isMissing(error);
}

function settle(item: HistoryItem, history: History): CallResult {
  return { settled: new Map([[item, history]]), left: [], singles: [] };
}

function merge(results: readonly CallResult[]): CallResult {
  return {
    settled: new Map(results.flatMap((result) => [...result.settled])),
    left: results.flatMap((result) => result.left),
    singles: results.flatMap((result) => result.singles),
  };
}
