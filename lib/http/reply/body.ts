/**
 * Bodies on their way: the beginning of one, and streams that report how they end.
 * @module
 */
import { onConnection } from "../failure/connection.ts";

/** What is told about a stream that is passed on. */
export interface WatchOptions {
  /** Before each wait for a chunk. */
  readonly beforeRead?: () => void;
  /** After each wait for a chunk. */
  readonly afterRead?: () => void;
  /** Once, when nothing will be read any more: at the end, after a failure, after a cancel. */
  readonly onEnd?: () => void;
  /** Turns what the stream fails with into what its reader gets. */
  readonly errorOf?: (thrown: unknown) => unknown;
}

/** Passes a stream on, chunk by chunk as they are asked for, and reports what happens. */
export function watchStream(
  source: ReadableStream<Uint8Array>,
  options: WatchOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let isCancelled = false;
  return new ReadableStream({
    async pull(controller): Promise<void> {
      options.beforeRead?.();
      try {
        const { done, value } = await reader.read();
        // A server that answers before it has read the body: the read under way ends too, and nobody waits for it.
        if (isCancelled) return;
        if (!done) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
        controller.close();
      } catch (thrown) {
        if (isCancelled) return;
        controller.error(options.errorOf?.(thrown) ?? thrown);
      } finally {
        options.afterRead?.();
      }
      options.onEnd?.();
    },
    async cancel(reason): Promise<void> {
      isCancelled = true;
      options.onEnd?.();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

/** A request's body: text, or a maker of a stream that is called for each attempt. */
export type Body = string | (() => ReadableStream<Uint8Array>);

/** Keeps what the maker of a body, or its stream, fails with: fetch would tell it as a failure of the connection. */
export function watchSource(body: Body, source: { failure?: unknown }): Body {
  if (typeof body === "string") return body;
  const keep = (thrown: unknown): unknown => source.failure = thrown;
  return () => {
    try {
      return watchStream(body(), { errorOf: keep });
    } catch (thrown) {
      throw keep(thrown);
    }
  };
}

/** Gives a reply's body chunk by chunk. Leaving it early ends the connection. */
export async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await onConnection(reader.read(), { ofFetch: true });
      if (done) return;
      yield value;
    }
  } finally {
    // After the end this does nothing; what it fails with was told by the read.
    await reader.cancel().catch(() => {});
  }
}

/** Reads at most the first bytes of a reply as text. A body that breaks off ends there. */
export async function readBeginning(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    let size = 0;
    for await (const chunk of chunksOf(response)) {
      text += decoder.decode(chunk, { stream: true });
      if ((size += chunk.length) >= maxBytes) break;
    }
  } catch {
    // The status is known and says more than the body's failure.
  }
  return text;
}
