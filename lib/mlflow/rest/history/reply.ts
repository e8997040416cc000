/**
 * One reply of get-history as it comes: its rows are read on their way, so that a reply of hundreds of megabytes
 * never lies in memory.
 * @module
 */
import { AppError } from "../../../errors.ts";
import { NoAnswerError } from "../../../http/failure/errors.ts";
import { ListParser } from "../../../http/reply/list_parser.ts";
import { isCutJson, parseJson } from "../../../json/exact.ts";
import type { MetricPoint } from "../../../source/mod.ts";
import { readHistory, toPoints } from "../endpoints/points.ts";

/** Characters that hold no complete value of a history: no value is so long. */
const MAX_HELD = 64 << 20;

/** How often a reply that breaks off is asked for again. */
const MAX_BREAKS = 3;

/**
 * Gives the points of one reply, some hundreds at a time, and in the end the token of the next page, if there is one. A reply
 * that breaks off is asked for again, and what was given of it is passed over.
 */
export async function* readReply(
  open: () => Promise<{ readonly stream: ReadableStream<Uint8Array> }>,
): AsyncGenerator<readonly MetricPoint[], string | undefined> {
  let done = 0;
  for (let breaks = 0;; breaks++) {
    let toSkip = done;
    try {
      const { stream } = await open();
      const parser = new ListParser();
      for await (const rows of rowsOf(stream, parser)) {
        const fresh = toPoints(rows.slice(toSkip));
        toSkip -= rows.length - fresh.length;
        if (fresh.length > 0) yield fresh;
        done += fresh.length;
      }
      const { items, token } = readHistory(lastOf(parser));
      const fresh = [...items].slice(toSkip);
      if (fresh.length > 0) yield fresh;
      return token;
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof CutReply) || breaks >= MAX_BREAKS) throw error;
    }
  }
}

/** The reply ended in its middle. */
class CutReply extends AppError {}

async function* rowsOf(stream: ReadableStream<Uint8Array>, parser: ListParser): AsyncGenerator<readonly unknown[]> {
  const decoder = new TextDecoder();
  // Leaving the loop early cancels the stream, which gives back its place.
  for await (const chunk of stream) {
    const rows = parser.push(decoder.decode(chunk, { stream: true }));
    if (parser.held > MAX_HELD) {
      throw new AppError("Cannot read MLflow's reply to get-history: it goes on without a value");
    }
    if (rows.length > 0) yield rows;
  }
}

function lastOf(parser: ListParser): unknown {
  const { text } = parser.end();
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof SyntaxError && isCutJson(text)) {
      throw new CutReply("Cannot read MLflow's reply to get-history: it breaks off", { cause });
    }
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    throw new AppError("Cannot read MLflow's reply to get-history: it is not JSON", { cause });
  }
}
