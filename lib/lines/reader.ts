/**
 * The lines of a file, from one pass over it, in memory that does not grow with it.
 * @module
 */
import { Buffer } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";

export interface ReadLinesOptions {
  /** Shown each line, without its newline, as it is found: bytes that are good until it returns. */
  readonly onLine?: (line: Uint8Array, place: LinePlace) => void;
  /** Longer lines are shown cut to this many bytes. @default {Infinity} */
  readonly maxBytes?: number;
  /** Shown all that is read, a megabyte at a time: what it throws ends the pass. */
  readonly onChunk?: (chunk: Uint8Array) => void;
}

/** Where a line lies, its newline left out. */
export interface LinePlace {
  /** Its first byte in the file. */
  readonly offset: number;
  /** Its length in bytes, whatever is shown of it. */
  readonly length: number;
}

const NEWLINE = 0x0a;
const READ_BYTES = 1 << 20;

/** Reads an open file from its beginning, and returns its length and how many lines it has; a last one without a newline is one too. */
export async function readLines(
  file: FileHandle,
  { onLine, maxBytes = Infinity, onChunk }: ReadLinesOptions,
): Promise<{ readonly bytes: number; readonly lines: number }> {
  let lines = 0;
  let bytes = 0;
  let lineStart = 0;
  /** What earlier chunks had of the line, as far as it is shown. */
  let parts: Uint8Array[] = [];
  let held = 0;

  function endLine(lastPart: Uint8Array, end: number): void {
    lines++;
    if (onLine !== undefined) {
      const shown = lastPart.subarray(0, maxBytes - held);
      onLine(held === 0 ? shown : Buffer.concat([...parts, shown]), { offset: lineStart, length: end - lineStart });
      if (held > 0) [parts, held] = [[], 0];
    }
    lineStart = end + 1;
  }

  for await (const chunk of chunksOf(file)) {
    onChunk?.(chunk);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      endLine(chunk.subarray(start, end), bytes + end);
      start = end + 1;
    }
    bytes += chunk.length;
    if (onLine !== undefined && held < maxBytes && start < chunk.length) {
      // A copy: the next chunk takes this one's place.
      const part = chunk.slice(start, start + maxBytes - held);
      parts.push(part);
      held += part.length;
    }
  }
  if (bytes > lineStart) endLine(new Uint8Array(0), bytes);
  return { bytes, lines };
}

/** Reads an open file from its beginning. Each chunk is good until the next one is asked for: they share one buffer, which leaves no garbage. */
export async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  // No Buffer: to find a byte in one takes Deno many times longer.
  const buffer = new Uint8Array(READ_BYTES);
  for (let offset = 0;;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The same of a file that is opened for this alone. Rejects as node:fs does. */
export async function* chunksOfPath(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    yield* chunksOf(file);
  } finally {
    await file.close();
  }
}

/** The place behind the newline that ends the line at `from`; -1 where the chunk ends before it. */
export function endOfLine(chunk: Uint8Array, from: number): number {
  const newline = chunk.indexOf(NEWLINE, from);
  return newline === -1 ? -1 : newline + 1;
}
