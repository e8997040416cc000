/**
 * What --only-changed remembers beyond one folder: the hashes of the rows that Kiroframe acknowledged.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { AppError, messageOf, UsageError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { putAside } from "../../runtime/put_aside.ts";
import { checkDatabase, execute, formOf, isDatabaseError, openDatabase } from "../../runtime/sqlite.ts";
import { writeError } from "../../runtime/write_error.ts";
import { VERSION } from "../../version.ts";
import { Ledger, type LedgerTarget } from "./mod.ts";

/** An open store; closed by whoever opened it. */
export interface ChangeStore {
  /** The rows of this source and this Kiroframe. */
  readonly ledger: Ledger;
  /** Closes the file. */
  close(): void;
}

/** The form that this version writes, as SQLite's user_version. The first stores say 0, and have the same tables. */
const STORE_FORM = 1;

/**
 * Opens the store of a source and a Kiroframe in the base folder: `acknowledged_<source id>_<hash of the URL>.sqlite`. A damaged one is put
 * aside, and a new one begun: then every row is sent once more, which Kiroframe takes as an update. Throws a UsageError where only a later
 * version can read it, an AppError where it cannot be written.
 */
export function openChangeStore(baseDir: string, target: LedgerTarget, logger: Logger): ChangeStore {
  const url = createHash("sha256").update(target.kiroframeUrl.replace(/\/$/, "")).digest("hex").slice(0, 8);
  const path = join(baseDir, `acknowledged_${target.sourceId}_${url}.sqlite`);
  try {
    return openStore(path, target);
  } catch (error) {
    if (!isDatabaseError(error, "damaged")) throw inWords(path, error);
    logger.warn(
      `${path} is damaged (${messageOf(error)}) and was put aside as ${putAside(path)}: every row is sent once more, ` +
        "which is safe, for Kiroframe updates those it has",
    );
  }
  try {
    return openStore(path, target);
  } catch (error) {
    throw inWords(path, error);
  }
}

function openStore(path: string, target: LedgerTarget): ChangeStore {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(path);
    execute(database, "PRAGMA busy_timeout = 10000");
    if (formOf(database) > STORE_FORM) {
      throw new UsageError(`Cannot use ${path}: a later kiroframe-importer has worked on it, and this is ${VERSION}`, {
        hint: "Use that version or a newer one, or leave --only-changed out",
      });
    }
    checkDatabase(database);
    execute(
      database,
      "PRAGMA journal_mode = WAL",
      "PRAGMA synchronous = NORMAL",
      `PRAGMA user_version = ${STORE_FORM}`,
    );
    const opened = database;
    return { ledger: new Ledger(opened, target), close: () => opened.close() };
  } catch (error) {
    database?.close();
    throw error;
  }
}

function inWords(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!isDatabaseError(error, "busy")) return writeError(path, error);
  return new AppError(`Cannot use ${path}: another process has held it for ten seconds`, {
    cause: error,
    hint: "Wait until it has ended, or stop it",
  });
}
