/**
 * What --only-changed remembers beyond one folder: the hashes of the rows that Kiroframe acknowledged.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeError } from "../../runtime/write_error.ts";
import { openDatabase } from "../../runtime/sqlite.ts";
import { Ledger, type LedgerTarget } from "./mod.ts";

/** An open store; closed by whoever opened it. */
export interface ChangeStore {
  /** The rows of this source and this Kiroframe. */
  readonly ledger: Ledger;
  /** Closes the file. */
  close(): void;
}

/**
 * Opens the store of a source and a Kiroframe in the base folder: `acknowledged_<source id>_<hash of the URL>.sqlite`.
 * Throws an AppError when it cannot be written.
 */
export function openChangeStore(baseDir: string, target: LedgerTarget): ChangeStore {
  const url = createHash("sha256").update(target.kiroframeUrl.replace(/\/$/, "")).digest("hex").slice(0, 8);
  const path = join(baseDir, `acknowledged_${target.sourceId}_${url}.sqlite`);
  try {
    const database = openDatabase(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 10000");
    return { ledger: new Ledger(database, target), close: () => database.close() };
  } catch (error) {
    throw writeError(path, error);
  }
}
