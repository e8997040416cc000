/**
 * What syncs of one source remember of each other, and the lock that keeps two of them from working at a time: one SQLite file in the base
 * folder. The lock is the operating system's, so that a killed process leaves none behind.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type AppError, messageOf, UnreachableError } from "../../errors.ts";
import { removeEmpty } from "../../folder/base_dir.ts";
import type { Logger } from "../../logger.ts";
import { putAside } from "../../runtime/put_aside.ts";
import { checkDatabase, closeAndRemove, execute, isDatabaseError, openDatabase } from "../../runtime/sqlite.ts";
import { writeError } from "../../runtime/write_error.ts";

/** Ids of rows by what they are. */
export interface RowIdSets {
  readonly experiments: readonly string[];
  readonly runs: readonly string[];
}

/** The memory of the syncs of one source with the same options, locked for this process. */
export class SyncMemory {
  readonly #path: string;
  readonly #database: DatabaseSync;
  /** The topmost of the folders above it that were made with it. */
  readonly #madeDir: string | undefined;

  private constructor(path: string, madeDir: string | undefined) {
    this.#path = path;
    this.#database = openLocked(path);
    this.#madeDir = madeDir;
  }

  /**
   * Opens the memory called `name` in a base folder, which is made where it is not there; a damaged one is put aside. Rejects with an
   * UnreachableError, which a scheduler tries again later, where another process has it.
   */
  static async open(baseDir: string, name: string, logger: Logger): Promise<SyncMemory> {
    const path = join(baseDir, `.${name}.sqlite`);
    const madeDir = await mkdir(baseDir, { recursive: true }).catch((error) =>
      Promise.reject(writeError(baseDir, error))
    );
    try {
      return new SyncMemory(path, madeDir);
    } catch (error) {
      if (!isDatabaseError(error, "damaged")) throw inWords(path, error);
      logger.warn(
        `${path} is damaged (${messageOf(error)}) and was put aside as ${putAside(path)}: ` +
          "what was deleted in the source until now is not told again",
      );
    }
    try {
      return new SyncMemory(path, madeDir);
    } catch (error) {
      throw inWords(path, error);
    }
  }

  /** Adds the rows that were sent to a Kiroframe now; returns those that were sent to it once and are not among them. */
  remember(kiroframeUrl: string, rows: RowIdSets): RowIdSets {
    const target = kiroframeUrl.replace(/\/$/, "");
    return {
      experiments: this.#gone(target, "experiment", rows.experiments),
      runs: this.#gone(target, "run", rows.runs),
    };
  }

  #gone(target: string, kind: string, ids: readonly string[]): string[] {
    const there = new Set(ids);
    const known = this.#database.prepare("SELECT row_id FROM sent WHERE target = ? AND kind = ? ORDER BY row_id")
      .all(target, kind).map((row) => String(row["row_id"]));
    const before = new Set(known);
    const add = this.#database.prepare("INSERT OR IGNORE INTO sent VALUES (?, ?, ?)");
    execute(this.#database, "BEGIN");
    for (const id of there) if (!before.has(id)) add.run(target, kind, id);
    execute(this.#database, "COMMIT");
    return known.filter((id) => !there.has(id));
  }

  /** Unlocks it. One in which nothing was kept is removed, so that a sync that came to nothing leaves nothing. */
  async close(): Promise<void> {
    const isEmpty = this.#database.prepare("SELECT 1 FROM sent LIMIT 1").get() === undefined;
    // While it is locked: another sync makes its own, and does not take this one's for it.
    closeAndRemove(this.#database, isEmpty ? [this.#path] : []);
    if (this.#madeDir !== undefined) await removeEmpty(dirname(this.#path), this.#madeDir);
  }
}

function openLocked(path: string): DatabaseSync {
  const database = openDatabase(path);
  try {
    execute(
      database,
      "PRAGMA locking_mode = EXCLUSIVE",
      "BEGIN EXCLUSIVE",
      `CREATE TABLE IF NOT EXISTS sent (
        target TEXT NOT NULL, kind TEXT NOT NULL, row_id TEXT NOT NULL, PRIMARY KEY (target, kind, row_id)
      ) WITHOUT ROWID`,
      "COMMIT",
    );
    checkDatabase(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function inWords(path: string, error: unknown): AppError {
  if (!isDatabaseError(error, "busy")) return writeError(path, error);
  return new UnreachableError(`Cannot sync: another job is at it in ${dirname(path)}`, {
    hint: "Let it end: the next sync takes along what this one would have",
  });
}
