/**
 * What the reader needs of a database. SQLite, PostgreSQL and MySQL each implement it in a folder of their own.
 *
 * All statements are ours and hold no text of anybody else; values stand beside them: `?` for one, `in ?` for a list.
 * @module
 */
import type { Points } from "../../../../source/mod.ts";

/** One row, by the order of its columns. Integers are numbers, or bigints beyond 2^53. */
export type Row = readonly unknown[];

/** What stands for a `?`. */
export type Parameter = string | number | bigint | readonly (string | number | bigint)[];

/** Which metrics of some runs are wanted. */
export interface MetricsQuery {
  readonly runs: readonly string[];
  /** Keys that are left out. @default {[]} */
  readonly except?: readonly string[];
}

/** What {@linkcode Tables.metricsUpTo} finds. */
export interface MetricsFound {
  /** Points of all metrics of the runs. */
  readonly points: number;
  /** The metrics, grouped by run; null where their points are too many. */
  readonly metrics: readonly RunMetric[] | null;
}

/** All that was logged of one metric, in MLflow's order: by timestamp, step and value. */
export interface RunMetric {
  readonly runId: string;
  /** The metric. */
  readonly key: string;
  readonly points: Points;
}

export type MetricId = Pick<RunMetric, "runId" | "key">;

/** Columns by table: what this database's version of MLflow had. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>;

/** What is asked of a database's tables. */
export interface Tables {
  /** By what rows of a table come in the order in which MLflow's server gives them, where it asks for none. */
  readonly orderOf: (alias: string, key: string) => string;
  /** The rows of a statement that gives few. */
  rows(statement: string, values?: readonly Parameter[]): Promise<readonly Row[]>;
  /** Every metric of the runs, grouped by run. */
  metrics(query: MetricsQuery): Promise<readonly RunMetric[]>;
  /** The same where these are no more points than `most`. */
  metricsUpTo(most: number, runs: readonly string[]): Promise<MetricsFound>;
}

/** How many runs at most, and about how many points of theirs, but for a single run that has more. */
export interface Window {
  readonly runs: number;
  readonly points: number;
}

/** One database, open for reading. */
export interface Database extends Tables {
  /** Its kind in messages: "SQLite". */
  readonly name: string;
  /** Calls of {@linkcode Database.atOnce} that are worked on beside each other. */
  readonly readers: number;
  /** How much is asked for at once: one window is written while others are read. */
  readonly window: Window;
  /** All columns of all tables. */
  columns(): Promise<Columns>;
  /** What is read of the tables by `work` is of one moment. */
  atOnce<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  /** A metric that is too long for memory, as it is now, in pages. Each iteration reads from the start. */
  longMetric(metric: MetricId): Promise<AsyncIterable<Points>>;
  /** Frees connections. */
  close(): Promise<void>;
}

/** {@linkcode Tables.metricsUpTo} by two questions. */
export async function countedMetrics(
  tables: Pick<Tables, "rows" | "metrics">,
  most: number,
  runs: readonly string[],
): Promise<MetricsFound> {
  const points = Number((await tables.rows(COUNT_POINTS, [runs]))[0]?.[0]);
  return { points, metrics: points > most ? null : await tables.metrics({ runs }) };
}

/** Counts the points of runs. */
export const COUNT_POINTS = "select count(*) from metrics m where m.run_uuid in ?";
