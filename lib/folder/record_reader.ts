/**
 * A file of rows read from its beginning, so many rows at a time.
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { AppError } from "../errors.ts";

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const READ_BYTES = 1 << 18;

/** What ends a row: any newline, or one outside a quoted CSV cell. */
export type RecordForm = "lines" | "csv";

/** Reads rows in order, as bytes, in pieces: a row may be larger than memory. */
export class RecordReader {
  readonly #path: string;
  readonly #form: RecordForm;
  readonly #handle: FileHandle;
  #chunk = new Uint8Array(0);
  #isQuoted = false;

  private constructor(path: string, form: RecordForm, handle: FileHandle) {
    this.#path = path;
    this.#form = form;
    this.#handle = handle;
  }

  /** Opens a file at its beginning. Rejects as node:fs does. */
  static async open(path: string, form: RecordForm): Promise<RecordReader> {
    return new RecordReader(path, form, await open(path, "r"));
  }

  /** Gives the next rows, newlines included, in pieces. Rejects with an AppError where the file has fewer. */
  async *take(rows: number): AsyncGenerator<Uint8Array> {
    for (let left = rows; left > 0;) {
      if (this.#chunk.length === 0) await this.#read(left);
      let end = 0;
      while (left > 0 && end < this.#chunk.length) {
        const byte = this.#chunk[end++];
        if (byte === QUOTE && this.#form === "csv") this.#isQuoted = !this.#isQuoted;
        else if (byte === NEWLINE && !this.#isQuoted) left--;
      }
      yield this.#chunk.subarray(0, end);
      this.#chunk = this.#chunk.subarray(end);
    }
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #read(missing: number): Promise<void> {
    const { buffer, bytesRead } = await this.#handle.read(new Uint8Array(READ_BYTES), 0, READ_BYTES);
    if (bytesRead === 0) throw new AppError(`Cannot read ${this.#path}: it ends ${missing} rows too early`);
    this.#chunk = buffer.subarray(0, bytesRead);
  }
}
