/**
 * One history, page after page, from servers that page get-history.
 * @module
 */
import { AppError } from "../../../errors.ts";
import type { Points } from "../../../source/mod.ts";
import { BULK_ROWS, type MlflowClient } from "../endpoints/client.ts";
import type { HistoryPage } from "../endpoints/points.ts";
import type { CallOptions } from "../endpoints/retries.ts";
import { readReply } from "./reply.ts";
import { offsetOfToken, tokenOfOffset } from "../paging/page_order.ts";
import { PointColumns } from "../../points/columns.ts";

export interface HistoryQuery extends CallOptions {
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
export const LATER_ROWS = 100_000;

/** A file store has no pages and sends all it has, whatever it is asked for; but no server makes so much of one reply. */
const MAX_ROWS = 20_000_000;

/** Odd tokens in a row that are borne with. */
const MAX_ODD_TOKENS = 10;

/** Points given at a time: what is made of them is forgotten again before the collector has to move it. */
const SLICE_ROWS = 2_000;

/**
 * Gives a history in slices, one page ahead of its reader. Where page tokens are places, the next place is counted here, so
 * that a wrong token (the same again, or {"offset": 0} as of MLflow 3.1 to 3.12) neither doubles rows nor leads round in
 * circles.
 */
export async function* historyPages(
  client: MlflowClient,
  query: HistoryQuery,
  start: HistoryStart = { token: undefined, count: 0 },
): AsyncGenerator<Points> {
  const seen = new Set<string>();
  let [count, odd] = [start.count, 0];
  let next: Promise<HistoryPage> | undefined = readPage(client, { ...query, ...start });
  try {
    while (next !== undefined) {
      const { items, token }: HistoryPage = await next;
      next = undefined;
      count += items.length;
      if (token !== undefined) {
        const offset = offsetOfToken(token);
        odd = offset === count && items.length > 0 || offset === null && !seen.has(token) ? 0 : odd + 1;
        // A token of another kind that comes again would bring the same rows again.
        if (odd === MAX_ODD_TOKENS || offset === null && seen.has(token)) {
          throw new AppError(
            `Cannot read metric "${query.key}" of run ${query.runId}: MLflow gives page tokens without end`,
          );
        }
        seen.add(token);
        next = readPage(client, { ...query, token: tokenAfter(token, count), count });
        // Who reads on hears of the failure.
        next.catch(() => {});
      }
      yield* items.slices(SLICE_ROWS);
    }
  } finally {
    await next?.catch(() => {});
  }
}

async function readPage(
  client: MlflowClient,
  { key, count, ...query }: HistoryQuery & HistoryStart,
): Promise<HistoryPage> {
  const maxResults = count === 0 ? BULK_ROWS : LATER_ROWS;
  const pieces = readReply(() => client.openHistory(key, { ...query, maxResults }));
  const items = new PointColumns();
  for (;;) {
    const piece = await pieces.next();
    if (piece.done === true) return { items, token: piece.value };
    items.push(piece.value);
    if (items.length > MAX_ROWS) {
      await pieces.return(undefined);
      throw new AppError(
        `Cannot read metric "${key}" of run ${query.runId}: one reply has more than ${MAX_ROWS} values`,
      );
    }
  }
}

/** Returns where to go on after a first page that was read otherwise. */
export function startAfter(
  page: { readonly items: { readonly length: number }; readonly token: string },
): HistoryStart {
  return { token: tokenAfter(page.token, page.items.length), count: page.items.length };
}

function tokenAfter(token: string, count: number): string | undefined {
  return offsetOfToken(token) === null ? token : tokenOfOffset(count);
}
