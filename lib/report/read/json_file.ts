/**
 * A small JSON file of a folder, whole.
 * @module
 */
import { readFile } from "node:fs/promises";
import { AppError, messageOf } from "../../errors.ts";

/** Reads a JSON file; null where it is not there. Rejects with an AppError when it cannot be read or is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new AppError(`Cannot read ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: "kiroframe-importer verify FOLDER says what is wrong with a folder",
    });
  }
}
