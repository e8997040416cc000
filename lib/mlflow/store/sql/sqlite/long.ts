/**
 * One metric with more points than memory should hold. They are wanted by timestamp, and SQLite would have to sort them all in one
 * long transaction, in which no server could commit. So they are read twice in short ones, in the order in which they lie: first the
 * least timestamp that still comes after each page, then the points, of which all below that are sorted and given.
 * @module
 */
import type { Int64, Points } from "../../../../source/mod.ts";
import type { MetricId, Row } from "../access/database.ts";
import { pointsOf } from "../access/grouped.ts";
import type { PointColumns } from "./metrics.ts";
import type { SqliteThread } from "./thread.ts";

/** Points a transaction. */
const PAGE_POINTS = 20_000;

/** How {@linkcode longMetric} reads. */
export interface LongMetricOptions extends PointColumns {
  /** Whether there is an index by run, key and step, and not by run alone. */
  readonly byStep: boolean;
}

/** Gives the pages of a metric as it is now: points that are added later have higher row ids. */
export async function longMetric(
  thread: SqliteThread,
  metric: MetricId,
  options: LongMetricOptions,
): Promise<AsyncIterable<Points>> {
  const [row] = await thread.rows("select max(m.rowid) from metrics m");
  const pages = pagesOf(thread, { ...metric, ...options, last: row?.[0] as number });
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
      const least: Int64[] = [];
      for await (const rows of pages("m.timestamp")) least.push(leastOf(rows.map((row) => row[0] as Int64)));
      for (let index = least.length - 2; index >= 0; index--) {
        least[index] = leastOf([least[index] as Int64, least[index + 1] as Int64]);
      }
      let held: readonly Row[] = [];
      let page = 0;
      const value = `case when ${options.isNan} then null else m.value end`;
      for await (const rows of pages(`${options.step}, m.timestamp, ${value}`)) {
        const next = least[++page];
        const isReady = (row: Row): boolean => next === undefined || (row[1] as Int64) < next;
        const known = held.length === 0 ? rows : [...held, ...rows];
        const ready = known.filter(isReady);
        held = ready.length === known.length ? [] : known.filter((row) => !isReady(row));
        if (ready.length > 0) yield pointsOf(ready);
      }
    },
  };
}

interface PagesOptions extends MetricId, LongMetricOptions {
  /** The last row id that belongs to the metric as it was. */
  readonly last: number;
}

/** Pages of the columns, in the order of an index, and behind them what the next page begins after. */
function pagesOf(
  thread: SqliteThread,
  { runId, key, last, step, byStep }: PagesOptions,
): (columns: string) => AsyncGenerator<Row[]> {
  const order = byStep ? `${step}, m.rowid` : "m.rowid";
  const after = byStep ? `(${step}, m.rowid) > (?, ?)` : "m.rowid > ?";
  return async function* (columns): AsyncGenerator<Row[]> {
    const select = `select ${columns}, ${order} from metrics m where m.run_uuid = ? and m.key = ? and m.rowid <= ?`;
    const rest = `order by ${order} limit ${PAGE_POINTS}`;
    let rows = await thread.rows(`${select} ${rest}`, [runId, key, last]);
    while (rows.length > 0) {
      yield rows;
      if (rows.length < PAGE_POINTS) return;
      const place = (rows.at(-1) as Row).slice(byStep ? -2 : -1) as Int64[];
      rows = await thread.rows(`${select} and ${after} ${rest}`, [runId, key, last, ...place]);
    }
  };
}

function leastOf(timestamps: readonly Int64[]): Int64 {
  return timestamps.reduce((least, timestamp) => timestamp < least ? timestamp : least);
}
