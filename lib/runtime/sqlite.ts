/**
 * SQLite, the runtime's own.
 * @module
 */
import process from "node:process";
import type { DatabaseSync } from "node:sqlite";

/** How {@linkcode openDatabase} opens. */
export interface OpenDatabaseOptions {
  /** Nothing is written, and the file must be there. @default {false} */
  readonly readOnly?: boolean;
}

/**
 * Opens a database file, making it where there is none.
 *
 * node:sqlite is loaded here and not before: Node 22 prints a warning when it is, since it calls it experimental.
 * A user can do nothing about that, so this one warning, and no other, is left out.
 */
export function openDatabase(path: string, { readOnly = false }: OpenDatabaseOptions = {}): DatabaseSync {
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

/** Whether an error is SQLite's own: its file could not be read or written. */
export function isDatabaseError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException)?.code === "ERR_SQLITE_ERROR";
}

/** Whether another process has the database: SQLITE_BUSY, which Deno tells by SQLite's own name for it alone. */
export function isDatabaseBusy(error: unknown): boolean {
  if (!isDatabaseError(error)) return false;
  const { errcode, message } = error as { readonly errcode?: number; readonly message: string };
  return errcode === undefined ? message === "database is locked" : errcode === 5;
}
