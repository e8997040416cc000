/**
 * One history, page after page, from servers that page get-history.
 * @module
 */
import { AppError } from "../errors.ts";
import type { MetricPoint } from "../source.ts";
import { BULK_ROWS, type CallOptions, type MlflowClient } from "./client.ts";
import { offsetOfToken, tokenOfOffset } from "./page_order.ts";

/** Which history. */
export interface HistoryQuery extends CallOptions {
  /** The run. */
  readonly runId: string;
  /** The metric. */
  readonly key: string;
}

/** Where to begin. */
export interface HistoryStart {
  /** The page token; undefined for the first page. */
  readonly token: string | undefined;
  /** How many rows came before. */
  readonly count: number;
}

/** The pages after the first: the server sorts the whole history anew for each, so that few large ones are faster. */
const laterRows = 100_000;

/** Odd tokens in a row that are borne with. */
const maxOddTokens = 10;

/**
 * Gives the pages of a history. Where page tokens are places, the next place is counted here, so that a wrong token (the
 * same again, or {"offset": 0} as of MLflow 3.1 to 3.12) neither doubles rows nor leads round in circles.
 */
export async function* historyPages(
  client: MlflowClient,
  { key, ...query }: HistoryQuery,
  start: HistoryStart = { token: undefined, count: 0 },
): AsyncGenerator<readonly MetricPoint[]> {
  const seen = new Set<string>();
  let { token, count } = start;
  for (let odd = 0; odd < maxOddTokens;) {
    const page = await client.history(key, { ...query, token, maxResults: count === 0 ? BULK_ROWS : laterRows });
    count += page.items.length;
    if (page.items.length > 0) yield page.items;
    if (page.token === undefined) return;
    const offset = offsetOfToken(page.token);
    odd = offset === count && page.items.length > 0 || offset === null && !seen.has(page.token) ? 0 : odd + 1;
    // A token of another kind that comes again would bring the same rows again.
    if (offset === null && seen.has(page.token)) break;
    seen.add(page.token);
    token = tokenAfter(page.token, count);
  }
  throw new AppError(`Cannot read metric "${key}" of run ${query.runId}: MLflow gives page tokens without end`);
}

/** Returns where to go on after a first page that was read otherwise. */
export function startAfter(page: { readonly items: readonly unknown[]; readonly token: string }): HistoryStart {
  return { token: tokenAfter(page.token, page.items.length), count: page.items.length };
}

function tokenAfter(token: string, count: number): string | undefined {
  return offsetOfToken(token) === null ? token : tokenOfOffset(count);
}
