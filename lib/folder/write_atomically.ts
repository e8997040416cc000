/**
 * Whole files that are there entirely or not at all.
 * @module
 */
import { open, rename, rm } from "node:fs/promises";
import { writeError } from "../runtime/write_error.ts";

/** Writes pieces of text to a temporary name, waits for the disk, then renames. Rejects with an AppError. */
export async function writeAtomically(path: string, pieces: string | Iterable<string>): Promise<void> {
  const temporary = `${path}.part`;
  try {
    const handle = await open(temporary, "w");
    try {
      for (const chunk of typeof pieces === "string" ? [pieces] : gather(pieces)) await handle.writeFile(chunk);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw writeError(path, error);
  }
}

function* gather(pieces: Iterable<string>): Generator<string> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < 1 << 18) continue;
    yield text;
    text = "";
  }
  yield text;
}
