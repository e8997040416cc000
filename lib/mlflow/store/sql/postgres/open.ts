/**
 * MLflow's tables in PostgreSQL, as they are at one moment: one snapshot, which all connections share.
 * @module
 */
import postgres from "postgres";
import type { Environment } from "../../../../environment.ts";
import { AppError, messageOf, RefusedError, UnreachableError, UsageError } from "../../../../errors.ts";
import type { Int64, Points } from "../../../../source/mod.ts";
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
import type { DatabaseUri } from "../access/uri.ts";
import { type Connection, literal, type PointColumns, PostgresConnection } from "./connection.ts";
import { type PostgresSettings, postgresSettings } from "./settings.ts";

/** Opens a database, and the snapshot. Rejects with an AppError of the kind that tells whose matter the failure is. */
export async function openPostgres(uri: DatabaseUri, env: Environment, displayUrl: string): Promise<Database> {
  const settings = await postgresSettings(uri, env);
  const errors = errorsOf(displayUrl);
  const first = connect(settings);
  try {
    await begin(first);
    const [row] = await first.unsafe("select pg_export_snapshot()").values();
    return new PostgresDatabase(first, { settings, snapshot: String(row?.[0]), errors });
  } catch (error) {
    await first.end({ timeout: 0 });
    return errors(error);
  }
}

function connect(settings: PostgresSettings): Connection {
  const { host, port, tls, options, connectTimeoutS: connect_timeout, ...who } = settings;
  return postgres({
    ...who,
    ...(host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }),
    // Undefined would be the environment's.
    password: who.password ?? "",
    // "prefer" is taken, but not in the types.
    ssl: tls as object | boolean,
    connect_timeout,
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    prepare: false,
    onnotice(): void {},
    connection: {
      application_name: "kiroframe-importer",
      ...(options === undefined ? {} : { options }),
    },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: int64 } },
  });
}

async function begin(connection: Connection): Promise<void> {
  // Whoever waits for the next window must not be cut off, nor literals be read otherwise than they are written.
  await connection.unsafe("set idle_in_transaction_session_timeout = 0; set standard_conforming_strings = on").simple();
  await connection.unsafe("begin isolation level repeatable read read only").simple();
}

/** A connection more, which sees what the first one sees. */
async function join(settings: PostgresSettings, snapshot: string): Promise<Connection> {
  const connection = connect(settings);
  try {
    await begin(connection);
    await connection.unsafe(`set transaction snapshot ${literal(snapshot)}`).simple();
    return connection;
  } catch (error) {
    await connection.end({ timeout: 0 });
    throw error;
  }
}

function int64(text: string): Int64 {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** Turns PostgreSQL's errors, and those on the way there, into ours: by their codes. */
function errorsOf(displayUrl: string): (error: unknown) => never {
  const what = `Cannot read the PostgreSQL database ${visible(displayUrl)}`;
  return (error) => {
    if (error instanceof AppError) throw error;
    const code = String((error as NodeJS.ErrnoException)?.code ?? "");
    const options = { cause: error };
    const message = `${what}: ${visible(messageOf(error) || code)}`;
    // Class 28: authorization; 42501: a table that may not be read.
    if (code.startsWith("28") || code === "42501") throw new RefusedError(message, options);
    // No such database.
    if (code === "3D000") throw new UsageError(message, options);
    // Class 08 and 57P: the connection; 53300: too many of them. Five letters or digits are PostgreSQL's, others the system's.
    const isOurs = /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|53300)/.test(code);
    if (code !== "" && !isOurs) throw new UnreachableError(message, options);
    throw new AppError(message, options);
  };
}

class PostgresDatabase implements Database {
  readonly name = "PostgreSQL";
  readonly readers = 2;
  readonly window = { runs: 50, points: 20_000 };
  readonly orderOf: Tables["orderOf"];
  readonly #first: PostgresConnection;
  readonly #open: () => Promise<PostgresConnection>;
  readonly #errors: (error: unknown) => never;
  /** For windows that are read while the first one is busy. */
  #second: Promise<PostgresConnection> | undefined;
  /** For long metrics, which are read while the next windows are. */
  #third: Promise<PostgresConnection> | undefined;
  #columns: Columns = new Map();

  constructor(
    first: Connection,
    about: {
      readonly settings: PostgresSettings;
      readonly snapshot: string;
      readonly errors: (error: unknown) => never;
    },
  ) {
    const { settings, snapshot, errors } = about;
    const options = { points: () => this.#points, errors };
    this.#errors = errors;
    this.#first = new PostgresConnection(first, options);
    this.orderOf = this.#first.orderOf;
    this.#open = async () => new PostgresConnection(await join(settings, snapshot), options);
  }

  async columns(): Promise<Columns> {
    const rows = await this.rows(
      "select c.table_name, c.column_name from information_schema.columns c " +
        "where c.table_schema = any (current_schemas(false))",
    );
    const byTable = Map.groupBy(rows, ([table]) => String(table));
    this.#columns = new Map(
      [...byTable].map(([table, ofTable]) => [table, new Set(ofTable.map(([_table, name]) => String(name)))]),
    );
    return this.#columns;
  }

  rows(statement: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.#first.atOnce((tables) => tables.rows(statement, values));
  }

  metrics(query: MetricsQuery): Promise<readonly RunMetric[]> {
    return this.#first.atOnce((tables) => tables.metrics(query));
  }

  metricsUpTo(most: number, runs: readonly string[]): Promise<MetricsFound> {
    return this.#first.atOnce((tables) => tables.metricsUpTo(most, runs));
  }

  /** Everything is of one moment. */
  async atOnce<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    // Where there may be no second connection, the first does.
    const connection = this.#first.isBusy
      ? await (this.#second ??= this.#open().catch(() => this.#first))
      : this.#first;
    return await connection.atOnce(work);
  }

  longMetric(metric: MetricId): Promise<AsyncIterable<Points>> {
    const connect = (): Promise<PostgresConnection> => this.#third ??= this.#open().catch(this.#errors);
    return Promise.resolve({
      async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
        yield* (await connect()).longMetric(metric);
      },
    });
  }

  async close(): Promise<void> {
    const others = await Promise.allSettled([this.#second, this.#third]);
    const opened = others.map((other) => other.status === "fulfilled" ? other.value : undefined);
    for (const connection of new Set([this.#first, ...opened])) await connection?.close();
  }

  get #points(): PointColumns {
    const columns = this.#columns.get("metrics");
    return {
      step: columns?.has("step") ? "m.step" : "0::bigint",
      value: columns?.has("is_nan") ? "case when m.is_nan then null else m.value end" : "m.value",
    };
  }
}
