/**
 * MLflow's SQLite files, read as its server's own reads do: in short transactions, which wait while the server writes.
 * @module
 */
import { Buffer } from "node:buffer";
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError, messageOf, UnreachableError, UsageError } from "../../../../errors.ts";
import type { Points } from "../../../../source/mod.ts";
import { visible } from "../../../../visible.ts";
import type {
  Columns,
  Database,
  MetricId,
  MetricsFound,
  MetricsQuery,
  Parameter,
  Row,
  RunMetric,
  Tables,
} from "../access/database.ts";
import { SqliteConnection, type SqliteErrors } from "./connection.ts";
import { writesFloatsExactly } from "./metrics.ts";
import { SqliteError, SqliteThread } from "./thread.ts";

/** Milliseconds to wait for another process's write: MLflow's own reads wait as long. */
const BUSY_MS = 20_000;

/** Opens a file of SQLite. Rejects with a UsageError where there is none, or it is none. */
export async function openSqlite(path: string): Promise<Database> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`Cannot read the SQLite database ${visible(path)}: there is no such file`, {
      hint: "sqlite:///mlflow.db is a file in this folder, sqlite:////data/mlflow.db one by its absolute path",
    });
  }
  const opening = errorsOf(path, UsageError);
  const request = { ...wayTo(path), busyMs: BUSY_MS };
  const thread = await SqliteThread.open(request).catch(opening);
  try {
    return await SqliteDatabase.of(thread, errorsOf(path, AppError), () => SqliteThread.open(request));
  } catch (error) {
    await thread.close();
    return opening(error);
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
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return head[18] === 2 || head[19] === 2;
}

/** Turns SQLite's errors into ours: what cannot be opened is the user's to mend, and nothing was written then. */
function errorsOf(path: string, Other: typeof UsageError | typeof AppError): SqliteErrors {
  return (error) => {
    if (!(error instanceof SqliteError)) throw error;
    const what = `Cannot read the SQLite database ${visible(path)}`;
    // SQLITE_BUSY and SQLITE_LOCKED, whatever their extended code.
    if ([5, 6].includes(error.errcode & 0xff)) {
      const hint = "Try again when less is written";
      throw new UnreachableError(`${what}: another process writes to it`, { hint, cause: error });
    }
    throw new Other(`${what}: ${messageOf(error)}`, { cause: error });
  };
}

class SqliteDatabase implements Database {
  readonly name = "SQLite";
  readonly readers = 2;
  /** Small: each costs no more than a large one, and two threads hold one each. */
  readonly window = { runs: 25, points: 10_000 };
  readonly #first: SqliteConnection;
  readonly #open: () => Promise<SqliteConnection>;
  readonly #hasKeyIndex: boolean;
  readonly #columns: Columns;
  /** Opened when something is to be read while the first one reads. */
  #second: Promise<SqliteConnection> | undefined;

  private constructor(
    first: SqliteConnection,
    about: {
      readonly open: () => Promise<SqliteConnection>;
      readonly hasKeyIndex: boolean;
      readonly columns: Columns;
    },
  ) {
    this.#first = first;
    this.#open = about.open;
    this.#hasKeyIndex = about.hasKeyIndex;
    this.#columns = about.columns;
  }

  static async of(
    thread: SqliteThread,
    errors: SqliteErrors,
    openThread: () => Promise<SqliteThread>,
  ): Promise<SqliteDatabase> {
    const rows = await thread.rows(
      "select t.name, c.name from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table'",
    );
    const byTable = Map.groupBy(rows, ([table]) => String(table));
    const columns = new Map(
      [...byTable].map(([table, ofTable]) => [table, new Set(ofTable.map(([_table, name]) => String(name)))]),
    );
    // Since 3.11 or so metrics have an index by run, key and step; before, by run alone.
    const index = "select 1 from sqlite_master where name = 'index_metrics_run_uuid_key_step'";
    const hasKeyIndex = (await thread.rows(index)).length > 0;
    const ofMetrics = columns.get("metrics");
    const way = {
      step: ofMetrics?.has("step") ? "m.step" : "0",
      isNan: ofMetrics?.has("is_nan") ? "m.is_nan" : "0",
      isExact: await writesFloatsExactly(thread),
    };
    return new SqliteDatabase(new SqliteConnection(thread, { way, errors }), {
      open: async () => new SqliteConnection(await openThread().catch(errors), { way, errors }),
      hasKeyIndex,
      columns,
    });
  }

  get orderOf(): Tables["orderOf"] {
    return this.#first.orderOf;
  }

  columns(): Promise<Columns> {
    return Promise.resolve(this.#columns);
  }

  rows(statement: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.#first.rows(statement, values);
  }

  metrics(query: MetricsQuery): Promise<readonly RunMetric[]> {
    return this.#first.metrics(query);
  }

  metricsUpTo(most: number, runs: readonly string[]): Promise<MetricsFound> {
    return this.#first.metricsUpTo(most, runs);
  }

  async atOnce<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    const connection = this.#first.isBusy ? await (this.#second ??= this.#open()) : this.#first;
    return await connection.atOnce(work);
  }

  longMetric(metric: MetricId): Promise<AsyncIterable<Points>> {
    return this.#first.longMetric(metric, { byStep: this.#hasKeyIndex });
  }

  async close(): Promise<void> {
    await this.#first.close();
    // One that could not be opened was told.
    await (await this.#second?.catch(() => undefined))?.close();
  }
}
