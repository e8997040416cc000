/**
 * Folders whose export was killed before it had written what it is an export of: nobody can go on with them, and nothing is in them.
 * @module
 */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../logger.ts";
import { visible } from "../visible.ts";
import { isFolderName, LAYOUT } from "./layout.ts";
import { FolderState } from "./state.ts";

/** What such a folder may hold. */
const NAMES: ReadonlySet<string> = new Set([
  LAYOUT.artifacts,
  `${LAYOUT.about}.part`,
  ...["", "-journal", "-shm", "-wal"].map((end) => `${LAYOUT.state}${end}`),
]);

/** A folder is locked an instant after it is made. So much later one that is not locked has nobody who works on it. */
const MIN_AGE_MS = 60_000;

/** Removes those below a base folder; what another process holds, or what holds anything, is left alone. */
export async function removeStillborn(baseDir: string, logger: Logger, nowMs = Date.now()): Promise<void> {
  for (const name of (await readdir(baseDir).catch(() => [])).filter(isFolderName)) {
    const path = join(baseDir, name);
    try {
      if (!await isEmptyOf(path, nowMs)) continue;
      const state = new FolderState(join(path, LAYOUT.state));
      try {
        if (!isUnused(state)) continue;
        // While it is locked: whoever else looks at it now finds it in use.
        await rm(path, { recursive: true, force: true });
      } finally {
        state.close();
      }
      logger.info(`Removed ${visible(path)}: an export was killed there before it had begun`);
    } catch {
      // In use, damaged, or not to be removed: it is in nobody's way.
    }
  }
}

async function isEmptyOf(path: string, nowMs: number): Promise<boolean> {
  const names = await readdir(path);
  // Without this file it may be anybody's.
  if (!names.includes(LAYOUT.state) || names.some((name) => !NAMES.has(name))) return false;
  if (nowMs - (await stat(join(path, LAYOUT.state))).mtimeMs < MIN_AGE_MS) return false;
  return (await readdir(join(path, LAYOUT.artifacts)).catch(() => [])).length === 0;
}

/** Whether nothing was ever kept in it. */
function isUnused({ database }: FolderState): boolean {
  const tables = ["kept", "runs", "manifest", "histories"];
  return tables.every((table) => database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined);
}
