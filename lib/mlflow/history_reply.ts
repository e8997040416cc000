/**
 * One reply of get-history as it comes: the rows are cut out of the text on its way, so that a reply of hundreds of megabytes
 * never lies in memory.
 * @module
 */
import { AppError } from "../errors.ts";
import { NoAnswerError } from "../http/errors.ts";
import { parseJson } from "../json.ts";
import type { MetricPoint } from "../source.ts";
import { toPoints } from "./points.ts";

/** How often a reply that breaks off is asked for again. */
const maxBreaks = 3;

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
      const splitter = new RowSplitter();
      for await (const points of rowsOf(stream, splitter)) {
        const fresh = points.slice(toSkip);
        toSkip -= points.length - fresh.length;
        if (fresh.length > 0) yield fresh;
        done += fresh.length;
      }
      return splitter.end();
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof CutReply) || breaks >= maxBreaks) throw error;
    }
  }
}

/** The reply ended in its middle. */
class CutReply extends AppError {}

async function* rowsOf(
  stream: ReadableStream<Uint8Array>,
  splitter: RowSplitter,
): AsyncGenerator<readonly MetricPoint[]> {
  const decoder = new TextDecoder();
  // Leaving the loop early cancels the stream, which gives back its place.
  for await (const chunk of stream) {
    const rows = splitter.push(decoder.decode(chunk, { stream: true }));
    if (rows !== "") yield toPoints(parseJson(`[${rows}]`));
  }
}

const [QUOTE, BACKSLASH, OPEN, CLOSE, END] = [...'"\\{}]'].map((character) => character.charCodeAt(0));

/** Cuts the objects of the list "metrics" out of a reply that comes in pieces. */
export class RowSplitter {
  #state: "before" | "inside" | "after" = "before";
  #text = "";
  #position = 0;
  #depth = 0;
  #isInString = false;

  /** Takes the next piece. Returns the rows that are complete with it, as JSON objects between commas: "" if none is. */
  push(piece: string): string {
    this.#text += piece;
    if (this.#state === "before") this.#findList();
    return this.#state === "inside" ? this.#takeRows() : "";
  }

  /**
   * Says that nothing more comes. Returns the token of the next page, if there is one.
   *
   * @throws {AppError} if the reply is not complete.
   */
  end(): string | undefined {
    const isWhole = this.#state === "before" ? /^\s*\{[^]*\}\s*$/.test(this.#text) : /\}\s*$/.test(this.#text);
    if (this.#state === "inside" || !isWhole) {
      throw new CutReply("Cannot read MLflow's reply to get-history: it breaks off");
    }
    return /"next_page_token"\s*:\s*"([^"\\]+)"/.exec(this.#text)?.[1];
  }

  #findList(): void {
    const start = /"metrics"\s*:\s*\[/.exec(this.#text);
    if (start === null) return;
    this.#state = "inside";
    this.#text = this.#text.slice(start.index + start[0].length);
  }

  #takeRows(): string {
    const text = this.#text;
    let complete = 0;
    let position = this.#position;
    for (; position < text.length; position++) {
      const code = text.charCodeAt(position);
      if (this.#isInString) {
        if (code === BACKSLASH) position++;
        else if (code === QUOTE) this.#isInString = false;
      } else if (code === QUOTE) this.#isInString = true;
      else if (code === OPEN) this.#depth++;
      else if (code === CLOSE && --this.#depth === 0) complete = position + 1;
      else if (code === END && this.#depth === 0) {
        this.#state = "after";
        break;
      }
    }
    const rows = text.slice(0, complete).replace(/^[\s,]+/, "");
    this.#text = text.slice(this.#state === "after" ? position + 1 : complete);
    this.#position = position - complete;
    return rows;
  }
}
