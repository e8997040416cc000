/**
 * A folder that a later version of this program made or worked on, in a form that this one does not know.
 * @module
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { UsageError } from "../errors.ts";
import { formOf } from "../runtime/sqlite.ts";
import { VERSION } from "../version.ts";
import { LAYOUT } from "./layout.ts";

/** The form of the state file that this version writes, as SQLite's user_version. The first folders say 0, and have the same tables. */
export const STATE_FORM = 1;

/** Throws a UsageError where the state file, open as `database`, has a form that only a later version knows. */
export function refuseLaterForm(database: DatabaseSync, path: string): void {
  if (formOf(database) > STATE_FORM) throw laterVersionError(dirname(path));
}

/** Whether export.json, however else it looks, says that a later version than this made the folder. */
export function isOfLaterVersion(folder: string): boolean {
  return isLater(makerOf(folder));
}

/** The error for such a folder: which version made it, and what to do. */
export function laterVersionError(folder: string): UsageError {
  const maker = makerOf(folder);
  // Whoever goes on with a folder leaves its export.json as it was.
  const who = isLater(maker) ? `kiroframe-importer ${maker} made it` : "a later kiroframe-importer has worked on it";
  return new UsageError(`Cannot use ${folder}: ${who}, and this is ${VERSION}`, {
    hint: "Use that version or a newer one, or export again",
  });
}

function isLater(version: string | null): boolean {
  return version !== null && version.localeCompare(VERSION, "en", { numeric: true }) > 0;
}

function makerOf(folder: string): string | null {
  try {
    const version = JSON.parse(readFileSync(join(folder, LAYOUT.about), "utf8")).importer_version;
    return typeof version === "string" ? version : null;
  } catch {
    return null;
  }
}
