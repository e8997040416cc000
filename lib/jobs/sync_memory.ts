/**
 * What syncs of one source remember of each other, and the lock that keeps two of them from working at a time: one SQLite file in the base
 * folder. The lock is the operating system's, so that a killed process leaves none behind.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { UnreachableError } from "../errors.ts";
import { execute, isDatabaseError, openDatabase } from "../runtime/sqlite.ts";
import { writeError } from "../runtime/write_error.ts";

/** Ids of rows by what they are. */
export interface RowIdSets {
  /** Of experiments. */
  readonly experiments: readonly string[];
  /** Of runs. */
  readonly runs: readonly string[];
}

/** The memory of the syncs of one source with the same options, locked for this process. */
export class SyncMemory {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Opens the memory called `name` in a base folder, which is made where it is not there. Rejects with an UnreachableError, which a scheduler
   * tries again later, where another process has it.
   */
  static async open(baseDir: string, name: string): Promise<SyncMemory> {
    const path = join(baseDir, `.${name}.sqlite`);
    await mkdir(baseDir, { recursive: true }).catch((error) => Promise.reject(writeError(baseDir, error)));
    let database;
    try {
      database = openDatabase(path);
      execute(
        database,
        "PRAGMA locking_mode = EXCLUSIVE",
        "BEGIN EXCLUSIVE",
        `CREATE TABLE IF NOT EXISTS sent (
          target TEXT NOT NULL, kind TEXT NOT NULL, row_id TEXT NOT NULL, PRIMARY KEY (target, kind, row_id)
        ) WITHOUT ROWID`,
        "COMMIT",
      );
      return new SyncMemory(database);
    } catch (error) {
      database?.close();
      if (!isDatabaseError(error, "busy")) throw writeError(path, error);
      throw new UnreachableError(`Cannot sync: another job is at it in ${baseDir}`, {
        hint: "Let it end: the next sync takes along what this one would have",
      });
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

  /** Unlocks it. */
  close(): void {
    this.#database.close();
  }
}
