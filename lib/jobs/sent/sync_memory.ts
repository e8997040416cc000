/**
 * What syncs of one source remember of each other, and the lock that keeps two of them from working at a time: one SQLite file in the base
 * folder. The lock is the operating system's, so that a killed process leaves none behind.
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
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

/** How {@linkcode SyncMemory.open} opens. */
export interface SyncMemoryOptions {
  /** Told of a damaged one, and of waiting. */
  readonly logger: Logger;
  /** Milliseconds to wait for another process that has it. @default {0} */
  readonly waitMs?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** Milliseconds between two looks whether another process has ended. */
const LOOK_EVERY_MS = 500;

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
   * UnreachableError, which a scheduler tries again later, where another process has it all the time that it is waited for.
   */
  static async open(baseDir: string, name: string, options: SyncMemoryOptions): Promise<SyncMemory> {
    const { logger, waitMs = 0, signal } = options;
    const path = join(baseDir, `.${name}.sqlite`);
    const madeDir = await mkdir(baseDir, { recursive: true }).catch((error) =>
      Promise.reject(writeError(baseDir, error))
    );
    const startMs = performance.now();
    let [isTold, isPutAside] = [false, false];
    for (;;) {
      signal?.throwIfAborted();
      try {
        return new SyncMemory(path, madeDir);
      } catch (error) {
        if (isDatabaseError(error, "damaged") && !isPutAside) {
          isPutAside = true;
          logger.warn(
            `${path} is damaged (${messageOf(error)}) and was put aside as ${putAside(path)}: ` +
              "what was deleted in the source until now is not told again",
          );
          continue;
        }
        // Its last user removed it while it was opened here: the next one is nobody's.
        if ((isDatabaseError(error, "busy") || isDatabaseError(error, "readOnly")) && !existsSync(path)) continue;
        if (!isDatabaseError(error, "busy") || performance.now() - startMs >= waitMs) throw inWords(path, error);
        if (!isTold) logger.info(`Another job syncs the same in ${baseDir}: waiting until it has ended`);
        isTold = true;
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }

  /** The name of the folder that the last sync ended with; null before the first. */
  get lastFolder(): string | null {
    const row = this.#database.prepare("SELECT value FROM kept WHERE name = 'last_folder'").get();
    return row === undefined ? null : String(row["value"]);
  }

  /** Keeps that name. */
  keepLastFolder(name: string): void {
    this.#database.prepare("INSERT OR REPLACE INTO kept VALUES ('last_folder', ?)").run(name);
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
    const isEmpty = ["sent", "kept"].every((table) =>
      this.#database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined
    );
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
      "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
      "COMMIT",
    );
    checkDatabase(database);
    // Whoever had it may have removed it just before: then a third job makes one of its own, and does not see this lock.
    if (!existsSync(path)) throw Object.assign(new Error("it was removed"), { code: "ERR_SQLITE_ERROR", errcode: 5 });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function inWords(path: string, error: unknown): AppError {
  if (!isDatabaseError(error, "busy")) return writeError(path, error);
  return new UnreachableError(`Cannot sync: another job is at it in ${dirname(path)}`, {
    hint: "Let it end: the next sync takes along what this one would have; or give --wait 10m",
  });
}
