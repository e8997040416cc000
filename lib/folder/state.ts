/**
 * The folder's own memory, one SQLite file: the lock, the export's checkpoint, and a spool of what runs.csv needs
 * (its columns are known only at the end, and its order is by time over all experiments).
 *
 * Why SQLite: rows of the spool and the checkpoint change together or not at all, it sorts without holding rows in memory,
 * and its lock is the operating system's, so that a killed process leaves none behind.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { UsageError } from "../errors.ts";
import { openDatabase } from "../runtime/sqlite.ts";
import type { Int64 } from "../source/mod.ts";
import { refuseLaterForm, STATE_FORM } from "./later_version.ts";

/** How far an export is: what `--resume` goes on from. */
export interface Checkpoint {
  /** Bytes of each growing file that belong to the export, by name. */
  readonly lengths: Readonly<Record<string, number>>;
  /** What the export itself needs to go on: JSON. */
  readonly progress: unknown;
}

/** Where the spool and the manifest stand. */
export interface SpoolMark {
  /** The last row of the spool. */
  readonly run: number;
  /** The last entry of the manifest. */
  readonly entry: number;
}

/** One run as the spool keeps it. */
export interface SpooledRun {
  /** Run id. */
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly startTime: Int64;
  /** Cells of runs.csv by column. */
  readonly cells: readonly (readonly [column: string, cell: string])[];
}

/** The state file of one folder, locked for this process while it is open. */
export class FolderState {
  /** The database: the import's ledger keeps its table here as well. */
  readonly database: DatabaseSync;
  readonly #addRun: StatementSync;
  readonly #addManifest: StatementSync;
  #inTransaction = false;

  /** Opens or makes the state file; throws a UsageError when another process has the folder, or a later version changed its form. */
  constructor(path: string) {
    this.database = openLocked(path);
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS runs (run_id TEXT PRIMARY KEY, start_time INTEGER NOT NULL, cells TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS runs_in_order ON runs (start_time DESC, run_id);
      CREATE TABLE IF NOT EXISTS manifest (entry TEXT NOT NULL);
      PRAGMA user_version = ${STATE_FORM};
    `);
    this.#addRun = this.database.prepare("INSERT INTO runs VALUES (?, ?, ?)");
    this.#addManifest = this.database.prepare("INSERT INTO manifest VALUES (?)");
  }

  /** Keeps a value under a name at once. */
  keep(name: string, value: unknown): void {
    this.database.prepare("INSERT OR REPLACE INTO kept VALUES (?, ?)").run(name, JSON.stringify(value));
  }

  /** The value kept under a name, or undefined. */
  kept(name: string): unknown {
    const row = this.database.prepare("SELECT value FROM kept WHERE name = ?").get(name);
    return row === undefined ? undefined : JSON.parse(String(row["value"]));
  }

  /** Forgets the value kept under a name. */
  forget(name: string): void {
    this.database.prepare("DELETE FROM kept WHERE name = ?").run(name);
  }

  /** Adds a run to the spool; it counts from the next {@linkcode FolderState.commit} on. */
  addRun(run: SpooledRun): void {
    this.#begin();
    this.#addRun.run(run.runId, run.startTime, JSON.stringify(run.cells));
  }

  /** The spool in runs.csv's order: newest first over all experiments, then by run id. */
  *runsInOrder(): Generator<SpooledRun["cells"]> {
    for (const { cells } of this.spooledRuns()) yield cells;
  }

  /** The same with what they are sorted by. */
  *spooledRuns(): Generator<SpooledRun> {
    const select = this.database.prepare("SELECT run_id, start_time, cells FROM runs ORDER BY start_time DESC, run_id");
    select.setReadBigInts(true);
    for (const row of select.iterate()) {
      const startTime = row["start_time"] as bigint;
      yield { runId: String(row["run_id"]), startTime, cells: JSON.parse(String(row["cells"])) };
    }
  }

  /** Adds an entry of the artifacts' manifest: JSON text. It counts from the next commit on. */
  addManifestEntry(entry: string): void {
    this.#begin();
    this.#addManifest.run(entry);
  }

  /** The manifest's entries, in the order they were added. */
  *manifestEntries(): Generator<string> {
    for (const row of this.database.prepare("SELECT entry FROM manifest ORDER BY rowid").iterate()) {
      yield String(row["entry"]);
    }
  }

  /** Where the spool and the manifest stand now. */
  mark(): SpoolMark {
    const last = (table: string): number =>
      Number(this.database.prepare(`SELECT coalesce(max(rowid), 0) AS last FROM ${table}`).get()?.["last"]);
    return { run: last("runs"), entry: last("manifest") };
  }

  /** Drops what was added since the mark; it counts from the next commit on. */
  dropSince({ run, entry }: SpoolMark): void {
    this.#begin();
    this.database.prepare("DELETE FROM runs WHERE rowid > ?").run(run);
    this.database.prepare("DELETE FROM manifest WHERE rowid > ?").run(entry);
  }

  /** The last checkpoint, or undefined where none was reached. */
  checkpoint(): Checkpoint | undefined {
    return this.kept("checkpoint") as Checkpoint | undefined;
  }

  /** Makes everything added since the last commit, and this checkpoint, durable together. */
  commit(checkpoint: Checkpoint): void {
    this.#begin();
    this.keep("checkpoint", checkpoint);
    this.database.exec("COMMIT");
    this.#inTransaction = false;
  }

  /** Forgets the spool once the files made from it are written. */
  dropSpool(): void {
    this.database.exec("DELETE FROM runs; DELETE FROM manifest");
  }

  /** Drops what was not committed, and unlocks the folder. */
  close(): void {
    if (this.#inTransaction) this.database.exec("ROLLBACK");
    this.database.close();
  }

  #begin(): void {
    if (this.#inTransaction) return;
    this.database.exec("BEGIN");
    this.#inTransaction = true;
  }
}

function openLocked(path: string): DatabaseSync {
  const database = openDatabase(path);
  try {
    refuseLaterForm(database, path);
    // Instead of VACUUM at the end, which attaches a second database: Deno allows that only with all of the disk open.
    database.exec("PRAGMA auto_vacuum = FULL");
    // Exclusive mode keeps the file's lock from the first write to the end; WAL keeps that write short.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database.exec(
      "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL); COMMIT",
    );
    return database;
  } catch (error) {
    database.close();
    if (!(error instanceof UsageError) && /locked|busy/i.test(String(error))) {
      throw new UsageError(`Cannot use this folder: another process is working on it (${path})`, {
        hint: "Wait until it has ended, or stop it",
      });
    }
    throw error;
  }
}
