/**
 * Work on many things at once, in their order.
 * @module
 */
import { pMapIterable } from "p-map";

/** How {@linkcode sideBySide} works. */
export interface SideBySideOptions {
  /** Things in work at most. */
  readonly atOnce: number;
  /** Ends all work. */
  readonly signal?: AbortSignal;
}

type Result<R> = { readonly value: R } | { readonly error: unknown };

/**
 * Gives the result of each thing in its turn. However it ends, by a failure, a signal, or because nobody wants more, the work under way is
 * ended by its signal, and waited for: nothing goes on behind the back of whoever goes on after it.
 */
export async function* sideBySide<T, R>(
  items: AsyncIterable<T>,
  work: (item: T, signal: AbortSignal) => Promise<R>,
  { atOnce, signal }: SideBySideOptions,
): AsyncGenerator<R> {
  const end = new AbortController();
  const stop = (): void => end.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  const inWork = new Set<Promise<Result<R>>>();
  const begin = (item: T): Promise<Result<R>> => {
    const result = work(item, end.signal).then((value) => ({ value }), (error) => ({ error }));
    inWork.add(result);
    return result.finally(() => inWork.delete(result));
  };
  try {
    for await (const result of pMapIterable(items, begin, { concurrency: atOnce, backpressure: atOnce })) {
      if ("error" in result) throw result.error;
      yield result.value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    end.abort();
    await Promise.all(inWork);
  }
}
