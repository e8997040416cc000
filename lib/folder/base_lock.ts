/**
 * Keeps two jobs of one kind from working in one base folder at a time.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { UnreachableError } from "../errors.ts";
import { isDatabaseBusy, openDatabase } from "../runtime/sqlite.ts";
import { writeError } from "../runtime/write_error.ts";

/**
 * Locks `name` in a base folder, which is made where it is not there; returns what unlocks it. The lock is the operating system's (by
 * way of an empty SQLite file), so that a killed process leaves none behind. Rejects with an UnreachableError, which a scheduler tries again
 * later, where another process has it.
 */
export async function lockBaseDir(baseDir: string, name: string): Promise<() => void> {
  const path = join(baseDir, `.${name}.lock`);
  await mkdir(baseDir, { recursive: true }).catch((error) => Promise.reject(writeError(baseDir, error)));
  let database;
  try {
    database = openDatabase(path);
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    const locked = database;
    return () => locked.close();
  } catch (error) {
    database?.close();
    if (!isDatabaseBusy(error)) throw writeError(path, error);
    throw new UnreachableError(`Cannot sync: another job is at it in ${baseDir}`, {
      hint: "Let it end: the next sync takes along what this one would have",
    });
  }
}
