/**
 * A damaged database makes room for a new one.
 * @module
 */
import { renameSync, rmSync } from "node:fs";
import { writeError } from "./write_error.ts";

/** What SQLite keeps beside a database. */
const BESIDE = ["-wal", "-shm", "-journal"];

/** Gives a damaged database another name, and takes what SQLite keeps beside it away. Returns the name; throws an AppError where it cannot be moved. */
export function putAside(path: string): string {
  const aside = `${path}.damaged`;
  try {
    renameSync(path, aside);
    for (const end of BESIDE) rmSync(path + end, { force: true });
  } catch (error) {
    throw writeError(path, error);
  }
  return aside;
}
