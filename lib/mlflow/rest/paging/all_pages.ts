/**
 * Listings page by page.
 * @module
 */
import { StallGuard } from "./stall_guard.ts";
import type { Page } from "../endpoints/wire.ts";

/** How one listing is read. */
export interface PagingOptions<T> {
  /** What is listed, for the message of a listing that does not end: "experiments". */
  readonly what: string;
  /** What makes an item one of its own: an item that comes again on a later page is left out. */
  readonly idOf: (item: T) => string;
}

/** Gives the items of all pages, each once, in the server's order. */
export async function* allPages<T>(
  ask: (token: string | undefined) => Promise<Page<T>>,
  options: PagingOptions<T>,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  const guard = new StallGuard(options.what);
  let token: string | undefined;
  do {
    const page = await ask(token);
    const before = seen.size;
    for (const item of page.items) {
      const id = options.idOf(item);
      if (seen.has(id)) continue;
      seen.add(id);
      yield item;
    }
    token = page.token;
    if (token !== undefined) guard.check(seen.size - before, token);
  } while (token !== undefined);
}
