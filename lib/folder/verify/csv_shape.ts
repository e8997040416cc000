/**
 * Whether a CSV file is whole: every record has as many cells as the header, and no quoted cell is left open.
 * @module
 */

const QUOTE = 0x22;
const COMMA = 0x2c;

/** Takes a CSV file line by line; a record may span many, for a quoted cell may hold line breaks. */
export class CsvShape {
  #records = 0;
  #columns = 0;
  #cells = 1;
  #isQuoted = false;
  #line = 0;
  #problem: string | null = null;

  /** Records so far, without the header. */
  get records(): number {
    return Math.max(0, this.#records - 1);
  }

  /** Takes the next line, without its newline. */
  addLine(line: Uint8Array): void {
    this.#line++;
    // A doubled quote inside a quoted cell closes and opens it again: the count comes out right.
    for (const byte of line) {
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      else if (byte === COMMA && !this.#isQuoted) this.#cells++;
    }
    if (!this.#isQuoted) this.#endRecord();
  }

  /** The first thing that is wrong, with its line; null where nothing is. Asked for at the end. */
  problem(): string | null {
    if (this.#isQuoted) return this.#problem ?? `line ${this.#line}: a quoted cell has no end`;
    return this.#problem;
  }

  #endRecord(): void {
    if (this.#records++ === 0) this.#columns = this.#cells;
    else if (this.#cells !== this.#columns) {
      this.#problem ??= `line ${this.#line}: it has ${this.#cells} cells, the header ${this.#columns}`;
    }
    this.#cells = 1;
  }
}
