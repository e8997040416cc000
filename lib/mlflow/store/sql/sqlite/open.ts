/**
 * MLflow's SQLite files, read as its server's own reads do: in short transactions, which wait while the server writes.
 * @module
 */
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { DatabaseSync } from "node:sqlite";
import { messageOf, UnreachableError, UsageError } from "../../../../errors.ts";
import { isDatabaseError, openDatabase } from "../../../../runtime/sqlite.ts";
import { visible } from "../../../../visible.ts";
import type { Columns, Database, MetricId, Parameter, Row, RunMetric } from "../database.ts";
import type { Points } from "../../../../source/mod.ts";
import { withMarks } from "../statement.ts";
import { readGroups, readRows, readsFloatsExactly } from "./metrics.ts";
import { longMetric } from "./long.ts";

/** Milliseconds to wait for the server to end a write: its own reads wait as long. */
const BUSY_MS = 20_000;

/** Opens a file of SQLite. Throws a UsageError where there is none, or it is none. */
export function openSqlite(path: string): Database {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`Cannot read the SQLite database ${visible(path)}: there is no such file`, {
      hint: "sqlite:///mlflow.db is a file in this folder, sqlite:////data/mlflow.db one by its absolute path",
    });
  }
  let database: DatabaseSync | undefined;
  try {
    const { place, readOnly } = wayTo(path);
    database = openDatabase(place, { readOnly });
    // What is not opened read-only (see below) must not write either.
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA query_only = 1`);
    database.prepare("select count(*) from sqlite_master").get();
    return new SqliteDatabase(database);
  } catch (error) {
    database?.close();
    throw inWords(error, path);
  }
}

/**
 * A file in WAL mode that nobody has open leaves its -wal and -shm behind when it is opened read-only, and takes them away when it is
 * not; where its folder cannot be written to there can be no writer, and SQLite is told so.
 */
function wayTo(path: string): { readonly place: string; readonly readOnly: boolean } {
  if (!isWal(path) || existsSync(`${path}-wal`)) return { place: path, readOnly: true };
  try {
    accessSync(dirname(path), constants.W_OK);
    accessSync(path, constants.W_OK);
    return { place: path, readOnly: false };
  } catch {
    return { place: `${pathToFileURL(path).href}?immutable=1`, readOnly: true };
  }
}

/** Bytes 18 and 19 of a file of SQLite tell how it is written. */
function isWal(path: string): boolean {
  const head = Buffer.alloc(20);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, 20, 0);
  } finally {
    closeSync(file);
  }
  return head[18] === 2 || head[19] === 2;
}

function inWords(error: unknown, path: string): unknown {
  if (!isDatabaseError(error)) return error;
  const code = (error as { readonly errcode?: number }).errcode ?? 0;
  // SQLITE_BUSY and SQLITE_LOCKED, whatever their extended code.
  if ((code & 0xff) === 5 || (code & 0xff) === 6) {
    return new UnreachableError(`Cannot read the SQLite database ${visible(path)}: another process writes to it`, {
      hint: "Try again when it writes less",
      cause: error,
    });
  }
  return new UsageError(`Cannot read the SQLite database ${visible(path)}: ${messageOf(error)}`, { cause: error });
}

class SqliteDatabase implements Database {
  readonly name = "SQLite";
  readonly #database: DatabaseSync;
  readonly #isExact: boolean;
  #hasKeyIndex: boolean | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#isExact = readsFloatsExactly(database);
  }

  orderOf = (alias: string): string => `${alias}.rowid`;

  columns(): Promise<Columns> {
    const rows = readRows(
      this.#database,
      "select t.name, c.name from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table'",
    );
    const byTable = Map.groupBy(rows, ([table]) => String(table));
    return Promise.resolve(
      new Map([...byTable].map(([table, ofTable]) => [table, new Set(ofTable.map(([_table, name]) => String(name)))])),
    );
  }

  rows(statement: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    return Promise.resolve(readRows(this.#database, ...withMarks(statement, values)));
  }

  async atOnce<T>(work: () => Promise<T>): Promise<T> {
    this.#database.exec("BEGIN");
    try {
      return await work();
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  metrics(runs: readonly string[], except: readonly string[]): Promise<readonly RunMetric[]> {
    return Promise.resolve(readGroups(this.#database, { runs, except, isExact: this.#isExact }));
  }

  longMetric(metric: MetricId): Promise<AsyncIterable<Points>> {
    this.#hasKeyIndex ??= hasKeyIndex(this.#database);
    return Promise.resolve(longMetric(this.#database, metric, { byStep: this.#hasKeyIndex }));
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }
}

/** Since 3.10 or so metrics have an index by run, key and step; before, by run alone. */
function hasKeyIndex(database: DatabaseSync): boolean {
  return readRows(database, "select 1 from sqlite_master where name = 'index_metrics_run_uuid_key_step'").length > 0;
}
