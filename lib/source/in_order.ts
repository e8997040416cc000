/**
 * Many listings as one, where each is in the order that all of them are to be in.
 * @module
 */
import type { LoggedModel } from "./extras.ts";

/** Which of two comes first: negative for the first one. */
export type Comparison<T> = (a: T, b: T) => number;

/** Gives the items of all listings in one order, holding one item of each at a time. */
export async function* inOrder<T>(
  listings: readonly AsyncIterable<T>[],
  compare: Comparison<T>,
): AsyncGenerator<T> {
  const iterators = listings.map((listing) => listing[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      let first = -1;
      for (const [index, head] of heads.entries()) {
        const least = heads[first];
        if (!head.done && (least === undefined || compare(head.value, least.value) < 0)) first = index;
      }
      const head = heads[first];
      const iterator = iterators[first];
      if (head === undefined || iterator === undefined) return;
      yield head.value;
      heads[first] = await iterator.next();
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}

/** Newest first, then by id: the order of logged models. */
export function byCreation(a: Pick<LoggedModel, "id" | "created">, b: Pick<LoggedModel, "id" | "created">): number {
  if (a.created !== b.created) return a.created > b.created ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
