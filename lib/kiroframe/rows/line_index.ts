/**
 * Where each line of a file of JSON lines begins, from one pass over the file: 16 bytes a line, whatever the lines hold, so that
 * a file of many gigabytes can be sent from its end to its beginning.
 * @module
 */
import { Buffer } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import type { FileRange } from "./file_range.ts";

/** How much of a line's beginning is shown while the index is made, in bytes. */
export const LINE_HEAD_BYTES = 8192;

const NEWLINE = 0x0A, RETURN = 0x0D;
const READ_BYTES = 1 << 20;

/** How an index is made. */
export interface IndexLinesOptions {
  /** Told of each line as it is found, with its first 8 KiB at most: a buffer that is used again after the call. */
  readonly onLine?: (head: Uint8Array, line: number) => void;
  /** Called for each megabyte: what it throws ends the pass. */
  readonly check?: () => void;
}

/** The lines of one file, without the blank ones. */
export class LineIndex {
  #offsets: Float64Array<ArrayBuffer> = new Float64Array(1024);
  #lengths: Float64Array<ArrayBuffer> = new Float64Array(1024);
  #count = 0;

  /** How many lines there are. */
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
export async function indexLines(file: FileHandle, options: IndexLinesOptions = {}): Promise<LineIndex> {
  const index = new LineIndex();
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const head = Buffer.allocUnsafe(LINE_HEAD_BYTES);
  let headLength = 0;
  let lineStart = 0;

  function endLine(end: number): void {
    const length = end - lineStart;
    const isBlank = length === 0 || (length === 1 && head[0] === RETURN);
    if (!isBlank) {
      const line = index.add({ offset: lineStart, length });
      options.onLine?.(head.subarray(0, headLength), line);
    }
    headLength = 0;
    lineStart = end + 1;
  }

  let offset = 0;
  for (let bytesRead = -1; bytesRead !== 0; offset += bytesRead) {
    options.check?.();
    ({ bytesRead } = await file.read(buffer, 0, READ_BYTES, offset));
    for (let at = 0; at < bytesRead;) {
      const found = buffer.indexOf(NEWLINE, at);
      const newline = found === -1 || found >= bytesRead ? bytesRead : found;
      headLength += buffer.copy(head, headLength, at, Math.min(newline, at + LINE_HEAD_BYTES - headLength));
      if (newline < bytesRead) endLine(offset + newline);
      at = newline + 1;
    }
  }
  if (offset > lineStart) endLine(offset);
  return index;
}

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
