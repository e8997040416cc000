/**
 * A file of rows read from its beginning, so many rows at a time.
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { AppError } from "../errors.ts";
import { chunksOf, endOfLine } from "../lines/reader.ts";

const QUOTE = 0x22;

/** What ends a row: any newline, or one outside a quoted CSV cell. */
export type RecordForm = "lines" | "csv";

/** Reads rows in order, as bytes, in pieces: a row may be larger than memory. */
export class RecordReader {
  readonly #path: string;
  readonly #form: RecordForm;
  readonly #handle: FileHandle;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #isQuoted = false;

  private constructor(path: string, form: RecordForm, handle: FileHandle) {
    this.#path = path;
    this.#form = form;
    this.#handle = handle;
    this.#chunks = chunksOf(handle);
  }

  /** Opens a file at its beginning. Rejects as node:fs does. */
  static async open(path: string, form: RecordForm): Promise<RecordReader> {
    return new RecordReader(path, form, await open(path, "r"));
  }

  /** Gives the next rows, newlines included, in pieces, each good until the next. Rejects with an AppError where the file has fewer. */
  async *take(rows: number): AsyncGenerator<Uint8Array> {
    for (let left = rows; left > 0;) {
      if (this.#chunk.length === 0) await this.#read(left);
      let end = 0;
      while (left > 0 && end < this.#chunk.length) {
        const start = end;
        const next = endOfLine(this.#chunk, start);
        end = next === -1 ? this.#chunk.length : next;
        if (this.#form === "csv") this.#passQuotes(start, end);
        if (next !== -1 && !this.#isQuoted) left--;
      }
      yield this.#chunk.subarray(0, end);
      this.#chunk = this.#chunk.subarray(end);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #passQuotes(start: number, end: number): void {
    const line = this.#chunk.subarray(start, end);
    for (let at = line.indexOf(QUOTE); at !== -1; at = line.indexOf(QUOTE, at + 1)) this.#isQuoted = !this.#isQuoted;
  }

  async #read(missing: number): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done === true) throw new AppError(`Cannot read ${this.#path}: it ends ${missing} rows too early`);
    this.#chunk = value;
  }
}
