/**
 * Rows of points put together into histories, where the database gives rows.
 * @module
 */
import type { Int64 } from "../../../../source/mod.ts";
import type { ListedPoints } from "../../../points/columns.ts";
import { orderedPoints } from "../../../points/stored.ts";
import type { Row, RunMetric } from "./database.ts";
import { int64 } from "./cells.ts";

/** Puts rows of (run, key, step, timestamp, value or null for NaN) together, which come by run. */
export function grouped(rows: readonly Row[]): RunMetric[] {
  const metrics: RunMetric[] = [];
  for (let start = 0; start < rows.length;) {
    const runId = rows[start]?.[0];
    // By key, but where the database does not tell cases apart: then two of them are mixed.
    const byKey = new Map<unknown, Lists>();
    let end = start;
    let key: unknown;
    let lists: Lists | undefined;
    for (; rows[end]?.[0] === runId && end < rows.length; end++) {
      const row = rows[end] as Row;
      if (lists === undefined || row[1] !== key) {
        key = row[1];
        lists = byKey.get(key) ?? new Lists();
        byKey.set(key, lists);
      }
      lists.add(row[2], row[3], row[4]);
    }
    for (const [key, lists] of byKey) metrics.push({ runId: String(runId), key: String(key), points: lists.points() });
    start = end;
  }
  return metrics;
}

/** Points of rows of (step, timestamp, value or null for NaN). */
export function pointsOf(rows: readonly Row[]): ListedPoints {
  const lists = new Lists();
  for (const [step, timestamp, value] of rows) lists.add(step, timestamp, value);
  return lists.points();
}

/** Points in the order in which rows of them come, as numbers at once: rows would take ten times the memory. */
export class Lists {
  readonly #steps: Int64[] = [];
  readonly #timestamps: Int64[] = [];
  readonly #values: number[] = [];
  readonly #nans = new Set<number>();

  get length(): number {
    return this.#values.length;
  }

  /** Adds a point, with null for NaN. */
  add(step: unknown, timestamp: unknown, value: unknown): void {
    if (value === null) this.#nans.add(this.#values.length);
    this.#steps.push(int64(step));
    this.#timestamps.push(int64(timestamp));
    this.#values.push(value === null ? 0 : value as number);
  }

  points(): ListedPoints {
    return orderedPoints({
      steps: this.#steps,
      timestamps: this.#timestamps,
      values: this.#values,
      nans: this.#nans,
    });
  }
}
