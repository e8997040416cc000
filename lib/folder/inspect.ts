/**
 * What a file of an export holds, from one pass over it.
 * @module
 */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { readLines, type ReadLinesOptions } from "../lines/reader.ts";

/** What {@linkcode inspectFile} finds. */
export interface FileFacts {
  /** Length of the file. */
  readonly bytes: number;
  /** Lines, a last one without a newline included. */
  readonly lines: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

/** Reads a file once, and shows its lines where that is asked. Rejects as node:fs does. */
export async function inspectFile(path: string, options: Omit<ReadLinesOptions, "onChunk"> = {}): Promise<FileFacts> {
  const hash = createHash("sha256");
  const file = await open(path, "r");
  try {
    const found = await readLines(file, { ...options, onChunk: (chunk) => hash.update(chunk) });
    return { ...found, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}
