/**
 * The folder's own memory, one SQLite file: the lock, the export's checkpoint, and a spool of what runs.csv needs
 * (its columns are known only at the end, and its order is by time over all experiments).
 *
 * Why SQLite: rows of the spool and the checkpoint change together or not at all, it sorts without holding rows in memory,
 * and its lock is the operating system's, so that a killed process leaves none behind.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { AppError, messageOf, UsageError } from "../errors.ts";
import { checkDatabase, execute, isDatabaseError, openDatabase } from "../runtime/sqlite.ts";
import { writeError } from "../runtime/write_error.ts";
import type { Int64 } from "../source/mod.ts";
import { refuseLaterForm, STATE_FORM } from "./later_version.ts";

/** Rows that are read at once. */
const PAGE_ROWS = 200;

const IN_ORDER = `ORDER BY start_time DESC, run_id LIMIT ${PAGE_ROWS}`;

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
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly startTime: Int64;
  /** Cells of runs.csv by column. */
  readonly cells: readonly (readonly [column: string, cell: string])[];
}

/** Where the histories of a run lie in runs.json, and how to tell that they are still the same. */
export interface KeptHistories {
  readonly runId: string;
  /** Equal while the run's histories are. */
  readonly fingerprint: string;
  /** First byte of the text of metrics_history in runs.json. */
  readonly offset: number;
  /** Bytes of that text. */
  readonly length: number;
  readonly points: number;
  /** Of these, NaN and infinities. */
  readonly nonFinite: number;
}

/** What is kept of one run's artifacts. */
export interface ManifestRow {
  /** Its entry of artifacts_manifest.json: JSON text. */
  readonly entry: string;
  /** Its line of artifacts_files.jsonl; null where version 0.1.0 fetched them. */
  readonly files: string | null;
}

/** Another process is working on the folder. */
export class FolderInUseError extends UsageError {}

/** The state file of one folder, locked for this process while it is open. */
export class FolderState {
  /** The database: the import's ledger keeps its table here as well. */
  readonly database: DatabaseSync;
  readonly #addRun: StatementSync;
  readonly #addManifest: StatementSync;
  readonly #addFiles: StatementSync;
  readonly #addHistories: StatementSync;
  #inTransaction = false;

  /**
   * Opens or makes the state file. Throws a {@linkcode FolderInUseError} when another process has the folder, a UsageError when a later version
   * changed its form, an AppError when it is damaged or cannot be written.
   */
  constructor(path: string) {
    this.database = openLocked(path);
    this.#addRun = this.database.prepare("INSERT INTO runs VALUES (?, ?, ?)");
    this.#addHistories = this.database.prepare("INSERT OR REPLACE INTO histories VALUES (?, ?, ?, ?, ?, ?)");
    this.#addManifest = this.database.prepare("INSERT INTO manifest VALUES (?)");
    this.#addFiles = this.database.prepare("INSERT OR REPLACE INTO artifact_files VALUES (?, ?)");
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
    const first = this.database.prepare(`SELECT run_id, start_time, cells FROM runs ${IN_ORDER}`);
    const further = this.database.prepare(
      `SELECT run_id, start_time, cells FROM runs WHERE start_time <= ? AND (start_time < ? OR run_id > ?) ${IN_ORDER}`,
    );
    for (const statement of [first, further]) statement.setReadBigInts(true);
    for (let rows = first.all(); rows.length > 0;) {
      for (const row of rows) {
        yield {
          runId: String(row["run_id"]),
          startTime: row["start_time"] as bigint,
          cells: JSON.parse(String(row["cells"])),
        };
      }
      const last = rows.at(-1)!;
      // Each mark by itself: Node 22.19 does not know the same one twice.
      const startTime = last["start_time"] as bigint;
      rows = further.all(startTime, startTime, String(last["run_id"]));
    }
  }

  /** Adds what is kept of a run's artifacts. It counts from the next commit on. */
  addManifestRow({ entry, files }: ManifestRow): void {
    this.#begin();
    const { lastInsertRowid } = this.#addManifest.run(entry);
    if (files !== null) this.#addFiles.run(lastInsertRowid, files);
  }

  /** Puts a row in the place of another. It counts from the next commit on. */
  replaceManifestRow(rowid: number, { entry, files }: ManifestRow): void {
    this.#begin();
    this.database.prepare("UPDATE manifest SET entry = ? WHERE rowid = ?").run(entry, rowid);
    if (files !== null) this.#addFiles.run(rowid, files);
  }

  /** What is kept of the runs' artifacts, in the order it was added. */
  *manifestRows(): Generator<ManifestRow & { readonly rowid: number }> {
    const page = this.database.prepare(
      "SELECT manifest.rowid AS id, entry, line FROM manifest LEFT JOIN artifact_files ON manifest_rowid = manifest.rowid " +
        `WHERE manifest.rowid > ? ORDER BY manifest.rowid LIMIT ${PAGE_ROWS}`,
    );
    for (let rows = page.all(0); rows.length > 0; rows = page.all(Number(rows.at(-1)!["id"]))) {
      for (const { id, entry, line } of rows) {
        yield { rowid: Number(id), entry: String(entry), files: line === null ? null : String(line) };
      }
    }
  }

  /** Adds the place of a run's histories; it counts from the next commit on. */
  addHistories({ runId, fingerprint, offset, length, points, nonFinite }: KeptHistories): void {
    this.#begin();
    this.#addHistories.run(runId, fingerprint, offset, length, points, nonFinite);
  }

  /** Where the spool and the manifest stand now. */
  mark(): SpoolMark {
    const last = (table: string): number =>
      Number(this.database.prepare(`SELECT coalesce(max(rowid), 0) AS last FROM ${table}`).get()?.["last"]);
    return { run: last("runs"), entry: last("manifest") };
  }

  /** Drops what was added since the mark, when runs.json ended at the byte given; it counts from the next commit on. */
  dropSince({ run, entry }: SpoolMark, runsEnd: number): void {
    this.#begin();
    this.database.prepare("DELETE FROM runs WHERE rowid > ?").run(run);
    this.database.prepare("DELETE FROM manifest WHERE rowid > ?").run(entry);
    this.database.prepare("DELETE FROM artifact_files WHERE manifest_rowid > ?").run(entry);
    this.database.prepare("DELETE FROM histories WHERE offset >= ?").run(runsEnd);
  }

  /** The last checkpoint, or undefined where none was reached. */
  checkpoint(): Checkpoint | undefined {
    return this.kept("checkpoint") as Checkpoint | undefined;
  }

  /** Makes everything added since the last commit, and this checkpoint, durable together. */
  commit(checkpoint: Checkpoint): void {
    this.#begin();
    this.keep("checkpoint", checkpoint);
    this.save();
  }

  /** Makes everything added since the last commit durable. */
  save(): void {
    if (this.#inTransaction) execute(this.database, "COMMIT");
    this.#inTransaction = false;
  }

  /** Forgets the spool once the files made from it are written. */
  dropSpool(): void {
    execute(this.database, "DELETE FROM runs", "DELETE FROM manifest", "DELETE FROM artifact_files");
  }

  /** Drops what was not committed, and unlocks the folder. */
  close(): void {
    if (this.#inTransaction) execute(this.database, "ROLLBACK");
    try {
      // A database in WAL mode cannot be read without two files beside it: not from a disk that is read-only, nor without leaving them.
      execute(this.database, "PRAGMA journal_mode = DELETE");
    } catch {
      // A full disk, say: it stays in that mode.
    }
    this.database.close();
  }

  #begin(): void {
    if (this.#inTransaction) return;
    execute(this.database, "BEGIN");
    this.#inTransaction = true;
  }
}

function openLocked(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(path);
    refuseLaterForm(database, path);
    execute(
      database,
      // Instead of VACUUM at the end, which attaches a second database: Deno allows that only with all of the disk open.
      "PRAGMA auto_vacuum = FULL",
      // Exclusive mode keeps the file's lock from the first write to the end; WAL keeps that write short.
      "PRAGMA locking_mode = EXCLUSIVE",
      "PRAGMA journal_mode = WAL",
      "PRAGMA synchronous = NORMAL",
      "BEGIN IMMEDIATE",
      "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
      "CREATE TABLE IF NOT EXISTS runs (run_id TEXT PRIMARY KEY, start_time INTEGER NOT NULL, cells TEXT NOT NULL)",
      "CREATE INDEX IF NOT EXISTS runs_in_order ON runs (start_time DESC, run_id)",
      "CREATE TABLE IF NOT EXISTS manifest (entry TEXT NOT NULL)",
      "CREATE TABLE IF NOT EXISTS artifact_files (manifest_rowid INTEGER PRIMARY KEY, line TEXT NOT NULL)",
      `CREATE TABLE IF NOT EXISTS histories (
        run_id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
        points INTEGER NOT NULL, non_finite INTEGER NOT NULL
      ) WITHOUT ROWID`,
      `PRAGMA user_version = ${STATE_FORM}`,
      "COMMIT",
    );
    checkDatabase(database);
    return database;
  } catch (error) {
    database?.close();
    if (isDatabaseError(error, "busy")) {
      throw new FolderInUseError(`Cannot use this folder: another process is working on it (${path})`, {
        hint: "Wait until it has ended, or stop it",
      });
    }
    throw error instanceof AppError ? error : stateError(path, error);
  }
}

/** The error for a state file that SQLite cannot read or write. */
export function stateError(path: string, error: unknown): AppError {
  if (!isDatabaseError(error, "damaged")) return writeError(path, error);
  return new AppError(
    `Cannot read ${path}, the folder's memory of what was done: it is damaged (${messageOf(error)})`,
    {
      cause: error,
      hint:
        "Remove that file: an import then sends every row again, which is safe, for Kiroframe updates those it has; " +
        "an export that did not finish begins anew",
    },
  );
}
