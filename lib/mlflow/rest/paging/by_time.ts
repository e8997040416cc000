/**
 * Listings that are newest first, read by time: where they may hold millions, a place costs the server all that comes before it, and items
 * that come and go meanwhile move it.
 * @module
 */
import type { Int64 } from "../../../source/mod.ts";
import type { Page } from "../endpoints/wire.ts";
import { StallGuard } from "./stall_guard.ts";

/** Which page is wanted. */
export interface TimePlace {
  /** Only items of this time or earlier, in milliseconds since the epoch. @default all */
  readonly until?: Int64;
  /** Further on in what that gives. */
  readonly token?: string;
}

/** What a listing is of. */
export interface TimedListing<T> {
  /** For the message of a listing that does not end: "traces". */
  readonly what: string;
  readonly idOf: (item: T) => string;
  /** What the listing is sorted by, latest first. */
  readonly timeOf: (item: T) => Int64;
}

/** Gives the items of all pages, each once; of their ids only those of one page are remembered. */
export async function* pagesByTime<T>(
  ask: (place: TimePlace) => Promise<Page<T>>,
  { what, idOf, timeOf }: TimedListing<T>,
): AsyncGenerator<T> {
  const guard = new StallGuard(what);
  let place: TimePlace = {};
  let seen = new Set<string>();
  for (;;) {
    const { items, token } = await ask(place);
    const fresh = items.filter((item) => !seen.has(idOf(item)));
    yield* fresh;
    const last = items.at(-1);
    if (token === undefined) return;
    guard.check(fresh.length, token);
    for (const item of fresh) seen.add(idOf(item));
    if (last === undefined || timeOf(last) === place.until) place = { ...place, token };
    else {
      const until = timeOf(last);
      place = { until };
      // Those of the very same time come again.
      seen = new Set(items.filter((item) => timeOf(item) === until).map(idOf));
    }
  }
}
