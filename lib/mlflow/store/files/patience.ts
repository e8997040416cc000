/**
 * Waiting for what MLflow is writing: it empties a file before it fills it, and makes a folder before what is in it.
 * @module
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { META_FILE } from "./meta/read.ts";
import { NotReadable } from "./meta/read.ts";

/** What was changed so long ago is not being written. */
const RECENT_MS = 2_000;

/** Tries of what may be half written: 0.6 s in all. */
const MOST_TRIES = 6;

/** Reads a folder, and again after a while where it looks half written and was changed just now. Rejects with the last NotReadable. */
export async function patiently<T>(folder: string, read: () => T): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return read();
    } catch (error) {
      if (
        !(error instanceof NotReadable && error.mayPass) || tries === MOST_TRIES ||
        !isRecent([folder, join(folder, META_FILE)])
      ) throw error;
    }
    await pause(tries);
  }
}

/** Waits, the longer the more often it was tried. */
export function pause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10 * 2 ** tries));
}

/** Whether any of these was changed just now. */
export function isRecent(paths: readonly string[]): boolean {
  return paths.some((path) => {
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return changed !== undefined && Math.abs(Date.now() - changed) < RECENT_MS;
  });
}
