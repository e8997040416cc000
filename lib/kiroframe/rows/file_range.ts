/**
 * A part of an open file: one line of runs.json, or all of models.json. Read whole, or chunk by chunk where it is large.
 * @module
 */
import { Buffer } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import { AppError } from "../../errors.ts";

/** Bytes that are read at once. */
export const CHUNK_BYTES = 1 << 18;

/** Where in a file something lies. */
export interface FileRange {
  /** Its first byte. */
  readonly offset: number;
  readonly length: number;
}

/** Reads a range whole. Rejects with an AppError where the file ends in its middle. */
export async function readRange(file: FileHandle, range: FileRange): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(range.length);
  await fill(file, buffer, range.offset);
  return buffer;
}

/** Reads a range chunk by chunk; each chunk is its own buffer. Rejects like {@linkcode readRange}. */
export async function* rangeChunks(file: FileHandle, range: FileRange): AsyncGenerator<Buffer> {
  const end = range.offset + range.length;
  for (let offset = range.offset; offset < end; offset += CHUNK_BYTES) {
    yield await readRange(file, { offset, length: Math.min(CHUNK_BYTES, end - offset) });
  }
}

async function fill(file: FileHandle, buffer: Buffer, offset: number): Promise<void> {
  for (let filled = 0; filled < buffer.length;) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) throw new AppError("Cannot read on: the file became shorter while it was read");
    filled += bytesRead;
  }
}
