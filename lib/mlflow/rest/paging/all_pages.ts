/**
 * Listings page by page.
 * @module
 */
import type { Page } from "../endpoints/wire.ts";
import { offsetOfToken, tokenOfOffset } from "./page_order.ts";
import { StallGuard } from "./stall_guard.ts";

/** How one listing is read. */
export interface PagingOptions<T> {
  /** What is listed, for the message of a listing that does not end: "experiments". */
  readonly what: string;
  /** What makes an item one of its own: an item that comes again on a later page is left out. */
  readonly idOf: (item: T) => string;
}

/**
 * Gives the items of all pages, each once, in the server's order. Where page tokens are places, each page overlaps the one before by an
 * item: one that is deleted meanwhile moves all later ones up, and what would stand between two pages then is found further up.
 */
export async function* allPages<T>(
  ask: (token: string | undefined) => Promise<Page<T>>,
  options: PagingOptions<T>,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  const guard = new StallGuard(options.what);
  let token: string | undefined;
  // Where the page begins that is asked for; null where tokens are no places.
  let place: number | null = 0;
  let stepBack = 1;
  for (;;) {
    const { items, token: next }: Page<T> = await ask(token);
    const [first] = items;
    if (place !== null && place > 0 && (first === undefined || !seen.has(options.idOf(first)))) {
      place = Math.max(0, place - stepBack);
      stepBack *= 2;
      token = tokenOfOffset(place);
      continue;
    }
    const before = seen.size;
    for (const item of items) {
      const id = options.idOf(item);
      if (seen.has(id)) continue;
      seen.add(id);
      yield item;
    }
    if (next === undefined) return;
    guard.check(seen.size - before, next);
    place = lastPlace({ items, token: next }, place);
    token = place === null ? next : tokenOfOffset(place);
    stepBack = 1;
  }
}

/** The place of a page's last item; null where its token is no place, as where a restricted account is shown fewer items than it was led over. */
function lastPlace({ items, token }: Page<unknown>, place: number | null): number | null {
  if (place === null || token === undefined || items.length < 2) return null;
  return offsetOfToken(token) === place + items.length ? place + items.length - 1 : null;
}
