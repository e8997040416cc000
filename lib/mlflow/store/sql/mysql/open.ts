/**
 * MLflow's tables in MySQL or MariaDB, as they are at one moment: one connection with a consistent snapshot.
 * @module
 */
import type { Readable } from "node:stream";
import { type Connection, createConnection, type QueryError, type QueryOptions } from "mysql2";
import type { Environment } from "../../../../environment.ts";
import { AppError, messageOf, RefusedError, UnreachableError, UsageError } from "../../../../errors.ts";
import type { Points } from "../../../../source/mod.ts";
import { visible } from "../../../../visible.ts";
import {
  type Columns,
  type Database,
  type MetricId,
  type MetricsFound,
  type MetricsQuery,
  type Parameter,
  type Row,
  type RunMetric,
  type Tables,
} from "../access/database.ts";
import { grouped, Lists } from "../access/grouped.ts";
import { withMarks } from "../access/statement.ts";
import type { DatabaseUri } from "../access/uri.ts";
import { mysqlSettings } from "./settings.ts";

/** Points of a long metric in memory at once. */
const PAGE_POINTS = 10_000;

const CONNECT_MS = 30_000;

/** Said before anything is asked, once each. */
const SETTINGS = [
  // While a long run is written, the server must not take us for gone.
  "set session net_write_timeout = 3600, wait_timeout = 86400",
  "set session transaction isolation level repeatable read",
  "start transaction with consistent snapshot, read only",
];

/** Opens a database, and the snapshot. Rejects with an AppError of the kind that tells whose matter the failure is. */
export async function openMysql(uri: DatabaseUri, env: Environment, displayUrl: string): Promise<Database> {
  const connection = createConnection({
    ...mysqlSettings(uri, env),
    connectTimeout: CONNECT_MS,
    charset: "utf8mb4",
    supportBigNumbers: true,
    dateStrings: true,
  });
  // What breaks is told to whoever asks next.
  connection.on("error", () => {});
  const errors = errorsOf(displayUrl);
  const database = new MysqlDatabase(connection, errors);
  try {
    for (const statement of SETTINGS) await run(connection, statement);
    return database;
  } catch (error) {
    await database.close();
    return errors(error);
  }
}

function run(connection: Connection, statement: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.query(statement, (error) => error === null ? resolve() : reject(error));
  return promise;
}

/** Access denied to the server, a database, a table, a column. */
const REFUSALS = [1044, 1045, 1142, 1143, 1698];
/** Unknown database; none named. */
const WRONG_NAMES = [1046, 1049];

/** Turns MySQL's errors, and those on the way there, into ours: by their numbers. */
function errorsOf(displayUrl: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof AppError) throw error;
    const { errno = 0, sqlState, code } = error as Partial<QueryError>;
    const message = `Cannot read the MySQL database ${visible(displayUrl)}: ${visible(messageOf(error) || code || "")}`;
    const options = { cause: error };
    if (REFUSALS.includes(errno)) throw new RefusedError(message, options);
    if (WRONG_NAMES.includes(errno)) throw new UsageError(message, options);
    // What has no state was not answered by the server; 08: the connection.
    if (sqlState === undefined || sqlState.startsWith("08")) throw new UnreachableError(message, options);
    throw new AppError(message, options);
  };
}

class MysqlDatabase implements Database {
  readonly name = "MySQL";
  /** On one connection: what is asked next waits with the server while what was asked before is read. */
  readonly readers = 2;
  readonly window = { runs: 100, points: 30_000 };
  readonly #connection: Connection;
  readonly #errors: (error: unknown) => never;
  #columns: Columns = new Map();
  /** The hint that keeps to the index by run: "" where there is none. */
  #byRun = "";

  constructor(connection: Connection, errors: (error: unknown) => never) {
    this.#connection = connection;
    this.#errors = errors;
  }

  /** Rows lie in the order of their primary keys, in which keys come before runs. */
  orderOf = (alias: string, key: string): string => `${alias}.${key}`;

  async columns(): Promise<Columns> {
    const rows = await this.rows(
      "select c.table_name, c.column_name from information_schema.columns c where c.table_schema = database()",
    );
    const byTable = Map.groupBy(rows, ([table]) => String(table));
    this.#columns = new Map(
      [...byTable].map(([table, ofTable]) => [table, new Set(ofTable.map(([_table, name]) => String(name)))]),
    );
    const indexes = (await this.rows(
      "select distinct s.index_name from information_schema.statistics s " +
        "where s.table_schema = database() and s.table_name = 'metrics'",
    )).map(([name]) => String(name));
    const index = ["index_metrics_run_uuid_key_step", "index_metrics_run_uuid"].find((name) => indexes.includes(name));
    this.#byRun = index === undefined ? "" : `force index (${index})`;
    return this.#columns;
  }

  rows(statement: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
    // Prepared: so numbers come in their binary form. What the package makes of their text is not always the same number.
    this.#connection.execute(this.#query(statement, values), (error, rows) => {
      if (error === null) resolve(rows as unknown as readonly Row[]);
      else reject(error);
    });
    return promise.catch(this.#errors);
  }

  /** Everything is of one moment. */
  atOnce<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    return work(this);
  }

  async metrics(query: MetricsQuery): Promise<readonly RunMetric[]> {
    return query.runs.length === 0 ? [] : grouped(await this.#pointRows(query));
  }

  async metricsUpTo(most: number, runs: readonly string[]): Promise<MetricsFound> {
    const rows = runs.length === 0 ? [] : await this.#pointRows({ runs }, most + 1);
    return { points: rows.length, metrics: rows.length > most ? null : grouped(rows) };
  }

  #pointRows({ runs, except = [] }: MetricsQuery, limit = Infinity): Promise<readonly Row[]> {
    const { step, value } = this.#points;
    const others = except.length === 0 ? "" : " and m.key not in ?";
    // In the order of the index, not by timestamp: MySQL would write every point to its disk to sort it.
    const statement = `select m.run_uuid, m.key, ${step}, m.timestamp, ${value} from metrics m ${this.#byRun} ` +
      `where m.run_uuid in ?${others} order by m.run_uuid${limit === Infinity ? "" : ` limit ${limit}`}`;
    return this.rows(statement, except.length === 0 ? [runs] : [runs, except]);
  }

  longMetric({ runId, key }: MetricId): Promise<AsyncIterable<Points>> {
    const { step, value } = this.#points;
    const statement = `select m.key, ${step}, m.timestamp, ${value} from metrics m ${this.#byRun} ` +
      `where m.run_uuid = ? and m.key = ? order by m.timestamp, 2, m.value`;
    const query = this.#query(statement, [runId, key]);
    const [connection, errors] = [this.#connection, this.#errors];
    return Promise.resolve({
      async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
        const stream: Readable = connection.execute(query).stream({ highWaterMark: 1_000 });
        let isWhole = false;
        try {
          let page = new Lists();
          for await (const [found, step, timestamp, value] of stream) {
            // A database that does not tell cases apart gives points of others too.
            if (found !== key) continue;
            page.add(step, timestamp, value);
            if (page.length < PAGE_POINTS) continue;
            yield page.points();
            page = new Lists();
          }
          isWhole = true;
          if (page.length > 0) yield page.points();
        } catch (error) {
          errors(error);
        } finally {
          // What was not read to its end would stand before everything else.
          if (!isWhole) connection.destroy();
        }
      },
    });
  }

  close(): Promise<void> {
    this.#connection.destroy();
    return Promise.resolve();
  }

  #query(statement: string, values: readonly Parameter[]): QueryOptions {
    const [sql, given] = withMarks(statement, values);
    return { sql, values: given, rowsAsArray: true };
  }

  get #points(): { readonly step: string; readonly value: string } {
    const columns = this.#columns.get("metrics");
    return {
      step: columns?.has("step") ? "m.step" : "0",
      value: columns?.has("is_nan") ? "case when m.is_nan then null else m.value end" : "m.value",
    };
  }
}
