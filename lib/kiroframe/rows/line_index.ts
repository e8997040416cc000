/**
 * Where each line of a file of JSON lines begins, from one pass over the file: 16 bytes a line, whatever the lines hold, so that
 * a file of many gigabytes can be sent from its end to its beginning.
 * @module
 */
import type { FileHandle } from "node:fs/promises";
import { readLines } from "../../lines/reader.ts";
import { HEAD_BYTES } from "../../lines/row_head.ts";
import type { FileRange } from "./file_range.ts";

const RETURN = 0x0D;

export interface IndexLinesOptions {
  /** Told of each line as it is found, with its first {@linkcode HEAD_BYTES} at most: good until it returns. */
  readonly onLine?: (head: Uint8Array, line: number) => void;
  /** Called for each megabyte: what it throws ends the pass. */
  readonly check?: () => void;
}

/** The lines of one file, without the blank ones. */
export class LineIndex {
  #offsets: Float64Array<ArrayBuffer> = new Float64Array(1024);
  #lengths: Float64Array<ArrayBuffer> = new Float64Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Where a line lies, its newline left out. */
  range(line: number): FileRange {
    return { offset: this.#offsets[line]!, length: this.#lengths[line]! };
  }

  /** Adds the next line and returns its number, from 0. */
  add(range: FileRange): number {
    if (this.#count === this.#offsets.length) {
      this.#offsets = doubled(this.#offsets);
      this.#lengths = doubled(this.#lengths);
    }
    this.#offsets[this.#count] = range.offset;
    this.#lengths[this.#count] = range.length;
    return this.#count++;
  }
}

/** Reads a file once and returns where its lines are; a last line without a newline is a line too. */
export async function indexLines(file: FileHandle, { onLine, check }: IndexLinesOptions = {}): Promise<LineIndex> {
  const index = new LineIndex();
  await readLines(file, {
    maxBytes: HEAD_BYTES,
    onChunk: check,
    onLine(head, place): void {
      const isBlank = place.length === 0 || (place.length === 1 && head[0] === RETURN);
      if (isBlank) return;
      const line = index.add(place);
      onLine?.(head, line);
    },
  });
  return index;
}

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
