/**
 * SQLite, the runtime's own.
 * @module
 */
import { closeSync, existsSync, openSync, readSync, rmSync } from "node:fs";
import process from "node:process";
import type { DatabaseSync } from "node:sqlite";

/** How {@linkcode openDatabase} opens. */
export interface OpenDatabaseOptions {
  /** Nothing is written, and the file must be there. @default {false} */
  readonly readOnly?: boolean;
}

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that decide what a user is told. */
const PROBLEMS = {
  /** Another process holds it: BUSY, LOCKED. */
  busy: [5, 6],
  /** It cannot be written: PERM, READONLY. */
  readOnly: [3, 8],
  /** The disk failed: IOERR. */
  disk: [10],
  /** It is no database any more: CORRUPT, NOTADB. */
  damaged: [11, 26],
  /** The disk is full: FULL. */
  full: [13],
} as const;

/** Why SQLite failed, as far as that decides anything. */
export type DatabaseProblem = keyof typeof PROBLEMS;

/** What every database file begins with. */
const HEAD = "SQLite format 3\0";

/**
 * Opens a database file, making it where there is none. Throws SQLite's own error, also for a file that is too short to be a database: SQLite
 * would take that for an empty one and write over it.
 *
 * node:sqlite is loaded here and not before: Node 22 prints a warning when it is, since it calls it experimental.
 * A user can do nothing about that, so this one warning, and no other, is left out.
 */
export function openDatabase(path: string, { readOnly = false }: OpenDatabaseOptions = {}): DatabaseSync {
  refuseStub(path);
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] === "ExperimentalWarning" && /\bSQLite\b/.test(String(warning))) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return new (process.getBuiltinModule("node:sqlite").DatabaseSync)(path, { readOnly });
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Reads a database, and leaves its folder as it was: in the mode that writers here use SQLite makes two files beside it, even to read.
 * Throws SQLite's own error.
 */
export function readDatabase<T>(path: string, read: (database: DatabaseSync) => T): T {
  const { database, close } = openToRead(path);
  try {
    return read(database);
  } finally {
    close();
  }
}

/** The same for more than one sitting: `close` leaves the folder as it was. */
export function openToRead(path: string): { readonly database: DatabaseSync; readonly close: () => void } {
  const made = [`${path}-shm`, `${path}-wal`].filter((beside) => !existsSync(beside));
  const database = openDatabase(path, { readOnly: true });
  // Until it is closed no writer can have taken them into use, for writers here lock the whole database.
  return { database, close: () => closeAndRemove(database, made) };
}

/**
 * Closes a database and removes files of it while nobody else can have them. Windows removes no file that is open: there they go after it is
 * closed, and those that another process has opened by then stay, which is what is wanted of them.
 */
export function closeAndRemove(
  database: DatabaseSync,
  paths: readonly string[],
  platform: string = process.platform,
): void {
  const isWindows = platform === "win32";
  if (!isWindows) { for (const path of paths) rmSync(path, { force: true }); }
  database.close();
  if (!isWindows) return;
  for (const path of paths) {
    try {
      rmSync(path, { force: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EPERM" && code !== "EBUSY" && code !== "EACCES") throw error;
    }
  }
}

/**
 * Runs statements one after another. Not by exec(), whose errors have no code under Deno. Rows are read by all() or get(): under Deno
 * iterate() ends without a word where SQLite fails.
 */
export function execute(database: DatabaseSync, ...statements: readonly string[]): void {
  for (const statement of statements) database.prepare(statement).all();
}

/** Reads a whole database through, some 1.5 GB a second. Throws SQLite's own error where it is damaged anywhere. */
export function checkDatabase(database: DatabaseSync): void {
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (found !== "ok") throw databaseError("database disk image is malformed", 11);
}

/** The form of a database: the number that its makers gave it, 0 where they gave none. */
export function formOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** Whether an error is SQLite's own: its file could not be read or written, for this reason where one is given. */
export function isDatabaseError(error: unknown, problem?: DatabaseProblem): boolean {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  if (code !== "ERR_SQLITE_ERROR") return false;
  // An extended code has its primary one in the lowest byte.
  return problem === undefined || PROBLEMS[problem].some((known) => known === (Number(errcode) & 0xff));
}

function refuseStub(path: string): void {
  let head: string;
  try {
    const fd = openSync(path, "r");
    const bytes = new Uint8Array(HEAD.length);
    head = new TextDecoder().decode(bytes.subarray(0, readSync(fd, bytes)));
    closeSync(fd);
  } catch {
    // Nothing there, or nothing to be read: SQLite has its own words for that.
    return;
  }
  if (head !== "" && head !== HEAD) throw databaseError("file is not a database", 26);
}

function databaseError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode });
}
