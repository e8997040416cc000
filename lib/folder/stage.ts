/**
 * How far the work on a folder is, without opening it for work.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readDatabase } from "../runtime/sqlite.ts";
import { LAYOUT } from "./layout.ts";

/** "begun": its export did not finish; "exported": its export did; "ended": nothing is left to do. */
export type FolderStage = "begun" | "exported" | "ended";

/** Returns the stage of a folder; null where its state cannot be read, or another process is at work on it. */
export function folderStage(path: string): FolderStage | null {
  const statePath = join(path, LAYOUT.state);
  // SQLite makes what is not there, even to read it.
  if (!existsSync(statePath)) return null;
  try {
    return readDatabase(statePath, (database) => {
      const find = database.prepare("SELECT value FROM kept WHERE name = ?");
      if (find.get("ended")?.["value"] === "true") return "ended";
      return find.get("summary") === undefined ? "begun" : "exported";
    });
  } catch {
    return null;
  }
}
