/**
 * What a file of an export holds, from one pass over it.
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { chunksOf } from "./chunks.ts";

/** What {@linkcode inspectFile} finds. */
export interface FileFacts {
  /** Length of the file. */
  readonly bytes: number;
  /** Lines, a last one without a newline included. */
  readonly lines: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

/** How {@linkcode inspectFile} reads. */
export interface InspectOptions {
  /** Shown each line without its newline, numbered from 1; the bytes are good until it returns. */
  readonly onLine?: (line: Uint8Array, number: number) => void;
  /** Longer lines are shown cut to this many bytes. @default {Infinity} */
  readonly maxLineBytes?: number;
}

const NEWLINE = 0x0a;

/** Reads a file once, in memory that does not grow with it. Rejects as node:fs does. */
export async function inspectFile(path: string, options: InspectOptions = {}): Promise<FileFacts> {
  const { onLine, maxLineBytes = Infinity } = options;
  const hash = createHash("sha256");
  let bytes = 0;
  let lines = 0;
  let parts: Uint8Array[] = [];
  let held = 0;

  function hold(part: Uint8Array): void {
    const kept = part.subarray(0, Math.max(0, maxLineBytes - held));
    if (onLine === undefined || kept.length === 0) return;
    parts.push(kept);
    held += kept.length;
  }
  function endLine(): void {
    lines++;
    onLine?.(parts.length === 1 ? parts[0]! : Buffer.concat(parts), lines);
    parts = [];
    held = 0;
  }

  let isOpen = false;
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
    bytes += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end));
      endLine();
      start = end + 1;
    }
    isOpen = start < chunk.length;
    // The next chunk takes this one's place.
    hold(chunk.slice(start));
  }
  if (isOpen) endLine();
  return { bytes, lines, sha256: hash.digest("hex") };
}
