/**
 * Whole files that are there entirely or not at all.
 * @module
 */
import { open, rename, rm } from "node:fs/promises";
import { AppError } from "../errors.ts";
import { writeError } from "../runtime/write_error.ts";

/** Text, or pieces of it. */
type Pieces = string | Iterable<string> | AsyncIterable<string>;

/** Writes pieces of text to a temporary name, waits for the disk, then renames. Rejects with an AppError, also that of who makes the pieces. */
export async function writeAtomically(path: string, pieces: Pieces): Promise<void> {
  const temporary = `${path}.part`;
  try {
    const handle = await open(temporary, "w");
    try {
      for await (const chunk of typeof pieces === "string" ? [pieces] : gather(pieces)) await handle.writeFile(chunk);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error instanceof AppError ? error : writeError(path, error);
  }
}

async function* gather(pieces: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    if (text.length < 1 << 18) continue;
    yield text;
    text = "";
  }
  yield text;
}
