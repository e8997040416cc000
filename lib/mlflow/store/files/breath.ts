/**
 * Pauses in work that does not wait: reading small files one after another is fastest, but signals and timers must come through.
 * @module
 */

/** Work is done in one piece for so long. */
const PIECE_MS = 20;

/** Returns what to call often: it gives way to other work now and then. Rejects with the signal's reason once that is aborted. */
export function breather(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - since < PIECE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    since = performance.now();
  };
}
