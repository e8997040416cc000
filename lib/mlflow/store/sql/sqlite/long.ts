/**
 * One metric with more points than memory should hold. They are wanted by timestamp, and SQLite would have to sort them all in one
 * long transaction, in which no server could commit. So they are read twice in short ones, in the order in which they lie: first the
 * least timestamp that still comes after each page, then the points, of which all below that are sorted and given.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Int64, Points } from "../../../../source/mod.ts";
import { inServerOrder, type StoredPoints } from "../../../points/stored.ts";
import type { MetricId, Row } from "../database.ts";
import { readRows } from "./metrics.ts";

/** Points a transaction. */
const PAGE_POINTS = 20_000;

/** Gives the pages of a metric as it is now: points that are added later have higher row ids. */
export function longMetric(
  database: DatabaseSync,
  { runId, key }: MetricId,
  { byStep }: { readonly byStep: boolean },
): AsyncIterable<Points> {
  const last = readRows(database, "select max(m.rowid) from metrics m")[0]?.[0] as Int64;
  // In the order of an index: by run, key and step where there is one, else by run.
  const order = byStep ? "m.step, m.rowid" : "m.rowid";
  const after = byStep ? "(m.step, m.rowid) > (?, ?)" : "m.rowid > ?";
  function* pages(columns: string): Generator<Row[]> {
    const first =
      `select ${columns}, m.step, m.rowid from metrics m where m.run_uuid = ? and m.key = ? and m.rowid <= ? `;
    const rest = `order by ${order} limit ${PAGE_POINTS}`;
    let rows = readRows(database, first + rest, [runId, key, last]);
    while (rows.length > 0) {
      yield rows;
      const [step, rowId] = (rows.at(-1) as Row).slice(-2) as [Int64, Int64];
      const place = byStep ? [step, rowId] : [rowId];
      rows = rows.length < PAGE_POINTS
        ? []
        : readRows(database, `${first} and ${after} ${rest}`, [runId, key, last, ...place]);
    }
  }
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<Points> {
      const least: Int64[] = [];
      for (const rows of pages("m.timestamp")) least.push(leastOf(rows.map(([timestamp]) => timestamp as Int64)));
      // What comes after each page, and no longer what is on it.
      for (let index = least.length - 2; index >= 0; index--) {
        least[index] = leastOf([least[index] as Int64, least[index + 1] as Int64]);
      }
      let held: readonly Row[] = [];
      let page = 0;
      for (const rows of pages("m.timestamp, case when m.is_nan then null else m.value end")) {
        const next = least[++page];
        const known = held.length === 0 ? rows : [...held, ...rows];
        const isReady = (row: Row): boolean => next === undefined || (row[0] as Int64) < next;
        const ready = known.filter(isReady);
        held = ready.length === known.length ? [] : known.filter((row) => !isReady(row));
        if (ready.length > 0) yield inServerOrder(storedPoints(ready));
      }
    },
  };
}

function leastOf(timestamps: readonly Int64[]): Int64 {
  return timestamps.reduce((least, timestamp) => timestamp < least ? timestamp : least);
}

function storedPoints(rows: readonly Row[]): StoredPoints {
  return {
    timestamps: rows.map(([timestamp]) => timestamp as Int64),
    values: rows.map(([_timestamp, value]) => value as number | null),
    steps: rows.map(([_timestamp, _value, step]) => step as Int64),
  };
}
