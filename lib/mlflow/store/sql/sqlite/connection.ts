/**
 * One connection to a file of SQLite, in a thread of its own.
 * @module
 */
import type { Points } from "../../../../source/mod.ts";
import type { MetricId, MetricsFound, MetricsQuery, Parameter, Row, RunMetric, Tables } from "../access/database.ts";
import { withMarks } from "../access/statement.ts";
import { longMetric, type LongMetricOptions } from "./long.ts";
import { type MetricsWay, readMetrics, readMetricsUpTo } from "./metrics.ts";
import type { SqliteThread } from "./thread.ts";

/** Turns SQLite's errors into ours. */
export type SqliteErrors = (error: unknown) => never;

/** How {@linkcode SqliteConnection} reads. */
export interface ConnectionOptions {
  readonly way: MetricsWay;
  readonly errors: SqliteErrors;
}

/** Reads in short transactions. */
export class SqliteConnection implements Tables {
  readonly #thread: SqliteThread;
  readonly #way: MetricsWay;
  readonly #errors: SqliteErrors;
  /** Works that were begun and have not ended. */
  #works = 0;
  /** Transactions follow one another: the last one's work, and its end. */
  #last: Promise<unknown> = Promise.resolve();
  #ended: Promise<void> = Promise.resolve();

  constructor(thread: SqliteThread, { way, errors }: ConnectionOptions) {
    this.#thread = thread;
    this.#way = way;
    this.#errors = errors;
  }

  /** Whether a transaction is under way. */
  get isBusy(): boolean {
    return this.#works > 0;
  }

  orderOf = (alias: string): string => `${alias}.rowid`;

  rows(statement: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.#thread.rows(...withMarks(statement, values)).catch(this.#errors);
  }

  metrics(query: MetricsQuery): Promise<readonly RunMetric[]> {
    return readMetrics(this.#thread, query, this.#way).catch(this.#errors);
  }

  metricsUpTo(most: number, runs: readonly string[]): Promise<MetricsFound> {
    return readMetricsUpTo(this.#thread, { most, runs }, this.#way).catch(this.#errors);
  }

  longMetric(metric: MetricId, { byStep }: Pick<LongMetricOptions, "byStep">): Promise<AsyncIterable<Points>> {
    return longMetric(this.#thread, metric, { ...this.#way, byStep });
  }

  /** What is read by `work` is of one moment. */
  atOnce<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    this.#works++;
    const result = this.#last.then(() => this.#inTransaction(work)).finally(() => this.#works--);
    this.#last = result.catch(() => {});
    return result;
  }

  /** What the thread is told is done in that order: nothing waits for a transaction to begin or to end. */
  async #inTransaction<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    try {
      const begun = this.#run("BEGIN");
      const [result] = await Promise.all([work(this), begun, this.#ended]);
      return result;
    } finally {
      this.#ended = this.#run("COMMIT");
      // It is told to the one that follows.
      this.#ended.catch(() => {});
    }
  }

  #run(statement: string): Promise<void> {
    return this.#thread.run(statement).catch(this.#errors);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
