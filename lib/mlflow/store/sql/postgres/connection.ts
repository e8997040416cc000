/**
 * One connection to PostgreSQL, inside the snapshot.
 * @module
 */
import type { Buffer } from "node:buffer";
import type postgres from "postgres";
import type { Points } from "../../../../source/mod.ts";
import { orderedPoints } from "../../../points/stored.ts";
import {
  countedMetrics,
  type MetricId,
  type MetricsFound,
  type MetricsQuery,
  type Parameter,
  type Row,
  type RunMetric,
  type Tables,
} from "../access/database.ts";
import { Lists } from "../access/grouped.ts";
import { withNumbers } from "../access/statement.ts";
import { type CopyRow, readCopy, readFloats, readInt, readInts } from "./copy.ts";

/** Points of a long metric in memory at once. */
const PAGE_POINTS = 10_000;

/** One connection: a pool of one, which lets transactions be begun by hand. */
export type Connection = ReturnType<typeof postgres>;

/** What stands for the columns of points that older tables do not have. */
export interface PointColumns {
  readonly step: string;
  readonly value: string;
}

/** Reads one thing after another: while a copy is under way, nothing else can be asked. */
export class PostgresConnection implements Tables {
  readonly #connection: Connection;
  readonly #points: () => PointColumns;
  readonly #errors: (error: unknown) => never;
  /** Works that were begun and have not ended. */
  #works = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    connection: Connection,
    { points, errors }: { readonly points: () => PointColumns; readonly errors: (error: unknown) => never },
  ) {
    this.#connection = connection;
    this.#points = points;
    this.#errors = errors;
  }

  /** Whether something is read just now. */
  get isBusy(): boolean {
    return this.#works > 0;
  }

  /** Rows of one key stand in an index in the order of their places. */
  orderOf = (alias: string): string => `${alias}.ctid`;

  /** Does the work when all that was given before is done. */
  atOnce<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    this.#works++;
    const result = this.#last.then(() => work(this)).finally(() => this.#works--);
    this.#last = result.catch(() => {});
    return result;
  }

  async rows(statement: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    const given = values.map((value) => typeof value === "object" ? arrayOf(value) : String(value));
    try {
      return await this.#connection.unsafe(withNumbers(statement, values), given).values();
    } catch (error) {
      return this.#errors(error);
    }
  }

  async metrics({ runs, except = [] }: MetricsQuery): Promise<readonly RunMetric[]> {
    if (runs.length === 0) return [];
    const { step, value } = this.#points();
    const others = except.length === 0 ? "" : `and m.key not in (${except.map(literal).join(", ")})`;
    const statement =
      `select w.id, l.key, l.steps, l.timestamps, l.values from unnest(array[${
        runs.map(literal).join(", ")
      }]) as w(id) cross join lateral (select m.key, array_agg(${step}) as steps, array_agg(m.timestamp) as timestamps, ` +
      `array_agg(${value}) as values from metrics m where m.run_uuid = w.id ${others} group by m.key) l`;
    try {
      const metrics: RunMetric[] = [];
      for await (const row of copy(this.#connection, statement)) metrics.push(metricOf(row));
      return metrics;
    } catch (error) {
      return this.#errors(error);
    }
  }

  metricsUpTo(most: number, runs: readonly string[]): Promise<MetricsFound> {
    return countedMetrics(this, most, runs);
  }

  /** A metric's pages, which nothing else may be asked beside. */
  async *longMetric({ runId, key }: MetricId): AsyncGenerator<Points> {
    const { step, value } = this.#points();
    // PostgreSQL sorts on its disk what does not fit into its memory.
    const statement = `select ${step}, m.timestamp, ${value} from metrics m where m.run_uuid = ${literal(runId)} ` +
      `and m.key = ${literal(key)} order by m.timestamp, 1, m.value`;
    try {
      let page = new Lists();
      for await (const [step, timestamp, float] of copy(this.#connection, statement)) {
        page.add(readInt(step as Buffer), readInt(timestamp as Buffer), float?.readDoubleBE() ?? null);
        if (page.length < PAGE_POINTS) continue;
        yield page.points();
        page = new Lists();
      }
      if (page.length > 0) yield page.points();
    } catch (error) {
      this.#errors(error);
    }
  }

  async close(): Promise<void> {
    await this.#connection.end({ timeout: 0 });
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
      steps: readInts(steps as Buffer),
      timestamps: readInts(timestamps as Buffer),
      values,
      nans,
    }),
  };
}

/** A list as PostgreSQL reads it from text. */
function arrayOf(values: readonly unknown[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** Text in a statement: COPY takes no parameters. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
