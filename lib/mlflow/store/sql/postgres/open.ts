/**
 * MLflow's tables in PostgreSQL, as they are at one moment: one snapshot, which all connections share.
 * @module
 */
import { Buffer } from "node:buffer";
import postgres from "postgres";
import type { Environment } from "../../../../environment.ts";
import { AppError, messageOf, RefusedError, UnreachableError, UsageError } from "../../../../errors.ts";
import type { Int64, Points } from "../../../../source/mod.ts";
import { visible } from "../../../../visible.ts";
import { orderedPoints } from "../../../points/stored.ts";
import {
  type Columns,
  countedMetrics,
  type Database,
  type MetricId,
  type MetricsFound,
  type MetricsQuery,
  type Parameter,
  type Row,
  type RunMetric,
  type Tables,
} from "../access/database.ts";
import { withNumbers } from "../access/statement.ts";
import type { DatabaseUri } from "../access/uri.ts";
import { type CopyRow, readBigInts, readCopy, readFloats, readInts } from "./copy.ts";
import { type PostgresSettings, postgresSettings } from "./settings.ts";

/** Points of a long metric in memory at once. */
const PAGE_POINTS = 20_000;

/** One connection: a pool of one, which lets transactions be begun by hand. */
type Connection = ReturnType<typeof postgres>;

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
  readonly readers = 1;
  readonly windowPoints = 20_000;
  readonly #first: Connection;
  readonly #settings: PostgresSettings;
  readonly #snapshot: string;
  readonly #errors: (error: unknown) => never;
  /** For long metrics, which are read while the next window is. */
  #second: Promise<Connection> | undefined;
  #columns: Columns = new Map();

  constructor(
    first: Connection,
    about: {
      readonly settings: PostgresSettings;
      readonly snapshot: string;
      readonly errors: (error: unknown) => never;
    },
  ) {
    this.#first = first;
    this.#settings = about.settings;
    this.#snapshot = about.snapshot;
    this.#errors = about.errors;
  }

  /** Rows of one key stand in an index in the order of their places. */
  orderOf = (alias: string): string => `${alias}.ctid`;

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

  async rows(statement: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    const given = values.map((value) => typeof value === "object" ? arrayOf(value) : String(value));
    try {
      return await this.#first.unsafe(withNumbers(statement, values), given).values();
    } catch (error) {
      return this.#errors(error);
    }
  }

  /** Everything is of one moment. */
  atOnce<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    return work(this);
  }

  async metrics({ runs, except = [] }: MetricsQuery): Promise<readonly RunMetric[]> {
    if (runs.length === 0) return [];
    const { step, value } = this.#points;
    const others = except.length === 0 ? "" : `and m.key not in (${except.map(literal).join(", ")})`;
    const statement =
      `select w.id, l.key, l.steps, l.timestamps, l.values from unnest(array[${
        runs.map(literal).join(", ")
      }]) as w(id) cross join lateral (select m.key, array_agg(${step}) as steps, array_agg(m.timestamp) as timestamps, ` +
      `array_agg(${value}) as values from metrics m where m.run_uuid = w.id ${others} group by m.key) l`;
    try {
      const metrics: RunMetric[] = [];
      for await (const row of copy(this.#first, statement)) metrics.push(metricOf(row));
      return metrics;
    } catch (error) {
      return this.#errors(error);
    }
  }

  metricsUpTo(most: number, runs: readonly string[]): Promise<MetricsFound> {
    return countedMetrics(this, most, runs);
  }

  longMetric({ runId, key }: MetricId): Promise<AsyncIterable<Points>> {
    const { step, value } = this.#points;
    // PostgreSQL sorts on its disk what does not fit into its memory.
    const statement = `select ${step}, m.timestamp, ${value} from metrics m where m.run_uuid = ${literal(runId)} ` +
      `and m.key = ${literal(key)} order by m.timestamp, 1, m.value`;
    const connect = (): Promise<Connection> => this.#second ??= this.#openSecond();
    const errors = this.#errors;
    return Promise.resolve({
      async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
        try {
          let rows: CopyRow[] = [];
          for await (const row of copy(await connect(), statement)) {
            if (rows.push(row) < PAGE_POINTS) continue;
            yield pageOf(rows);
            rows = [];
          }
          if (rows.length > 0) yield pageOf(rows);
        } catch (error) {
          errors(error);
        }
      },
    });
  }

  async close(): Promise<void> {
    await this.#first.end({ timeout: 0 });
    await (await this.#second)?.end({ timeout: 0 });
  }

  async #openSecond(): Promise<Connection> {
    const second = connect(this.#settings);
    await begin(second);
    await second.unsafe(`set transaction snapshot ${literal(this.#snapshot)}`).simple();
    return second;
  }

  get #points(): { readonly step: string; readonly value: string } {
    const columns = this.#columns.get("metrics");
    return {
      step: columns?.has("step") ? "m.step" : "0::bigint",
      value: columns?.has("is_nan") ? "case when m.is_nan then null else m.value end" : "m.value",
    };
  }
}

async function* copy(connection: Connection, statement: string): AsyncGenerator<CopyRow> {
  const stream = await connection.unsafe(`copy (${statement}) to stdout (format binary)`).readable();
  try {
    yield* readCopy(stream);
  } finally {
    // The package stops its socket while the stream is full, and starts it when more is asked for: of a stream that is over, nothing is.
    stream._read(0);
  }
}

function metricOf([runId, key, steps, timestamps, floats]: CopyRow): RunMetric {
  const { values, nulls: nans } = readFloats(floats as Buffer);
  return {
    runId: String(runId),
    key: String(key),
    points: orderedPoints({
      steps: readInts(steps as Buffer) ?? readBigInts(steps as Buffer).map(narrow),
      timestamps: readInts(timestamps as Buffer) ?? readBigInts(timestamps as Buffer).map(narrow),
      values,
      nans,
    }),
  };
}

function pageOf(rows: readonly CopyRow[]): Points {
  return orderedPoints({
    steps: rows.map(([step]) => narrow((step as Buffer).readBigInt64BE())),
    timestamps: rows.map(([_step, timestamp]) => narrow((timestamp as Buffer).readBigInt64BE())),
    values: rows.map(([_step, _timestamp, value]) => value?.readDoubleBE() ?? 0),
    nans: new Set(rows.flatMap((row, place) => row[2] === null ? [place] : [])),
  });
}

function narrow(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A list as PostgreSQL reads it from text. */
function arrayOf(values: readonly unknown[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** Text in a statement: COPY takes no parameters. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
