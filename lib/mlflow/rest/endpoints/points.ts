/**
 * Rows of metric histories. Millions of them are read: they are checked by hand, one field after another.
 * @module
 */
import { AppError } from "../../../errors.ts";
import type { Fold } from "../../../http/types.ts";
import type { Int64, MetricPoint, Points } from "../../../source/mod.ts";
import { PointColumns } from "../../points/columns.ts";
import { toInt64 } from "./wire.ts";

/** A reply of get-history, or a page of it. */
export interface HistoryPage {
  readonly items: PointColumns;
  /** Leads to the next page; undefined on the last one. */
  readonly token: string | undefined;
}

/** A reply of get-history-bulk. */
export interface BulkReply {
  /** Rows that came, whatever their key. */
  readonly rows: number;
  /** The run of the last row; undefined where none came. */
  readonly lastRunId: string | undefined;
  /** What each run logged of the metric that was asked for. */
  readonly byRun: ReadonlyMap<string, Points>;
}

/**
 * Reads a reply of get-history.
 *
 * @throws {AppError} if it holds what is not a logged value.
 */
export function readHistory(reply: unknown): HistoryPage {
  const { metrics, next_page_token: token } = toFields(reply);
  const items = new PointColumns();
  for (const row of toArray(metrics)) items.add(toPoint(toFields(row)));
  return { items, token: typeof token === "string" && token !== "" ? token : undefined };
}

/**
 * Reads the rows of get-history.
 *
 * @throws {AppError} if one is not a logged value.
 */
export function toPoints(rows: unknown): MetricPoint[] {
  return toArray(rows).map((row) => toPoint(toFields(row)));
}

/**
 * Reads a reply of get-history-bulk for one metric: a database that does not tell cases apart gives rows of others too.
 * Throws an AppError where it holds what is not a logged value of a run.
 */
export class BulkReading implements Fold<BulkReply> {
  readonly #key: string;
  readonly #most: number;
  readonly #byRun = new Map<string, PointColumns>();
  #rows = 0;
  #lastRunId: string | undefined;

  /** Creates a reading of the metric. More rows than `most` are no answer to what was asked, and may be without end. */
  constructor(key: string, most: number) {
    this.#key = key;
    this.#most = most;
  }

  /** Reads some rows. */
  take(rows: readonly unknown[]): void {
    this.#rows += rows.length;
    if (this.#rows > this.#most) {
      throw new AppError(
        `Cannot read MLflow's reply to get-history-bulk: it has more than the ${this.#most} values asked for`,
      );
    }
    let columns: PointColumns | undefined;
    for (const row of rows) {
      const fields = toFields(row);
      const { run_id: runId, key } = fields;
      if (typeof runId !== "string" || typeof key !== "string") throw oddRow(row);
      if (runId !== this.#lastRunId || columns === undefined) columns = this.#byRun.get(runId);
      this.#lastRunId = runId;
      if (key !== this.#key) continue;
      if (columns === undefined) this.#byRun.set(runId, columns = new PointColumns());
      columns.add(toPoint(fields));
    }
  }

  /** Reads what is left of the reply. */
  end(reply: unknown): BulkReply {
    this.take(toArray(toFields(reply)["metrics"]));
    return { rows: this.#rows, lastRunId: this.#lastRunId, byRun: this.#byRun };
  }
}

function toArray(rows: unknown): readonly unknown[] {
  if (rows === undefined) return [];
  if (Array.isArray(rows)) return rows;
  throw oddRow(rows);
}

function toFields(row: unknown): Record<string, unknown> {
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Record<string, unknown>;
  throw oddRow(row);
}

function toPoint(row: Record<string, unknown>): MetricPoint {
  const { value } = row;
  // NaN and infinities come as text from most endpoints.
  const number = typeof value === "number" ? value : Number(value ?? 0);
  if (typeof value === "string" && Number.isNaN(number) && value !== "NaN") throw oddRow(row);
  return { step: integer(row["step"], row), timestamp: integer(row["timestamp"], row), value: number };
}

function integer(value: unknown, row: unknown): Int64 {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (value === undefined) return 0;
  try {
    return toInt64(value);
  } catch {
    throw oddRow(row);
  }
}

function oddRow(row: unknown): AppError {
  // Nothing below its top is shown: what a server nests may be deeper than the stack.
  const shown = String(JSON.stringify(row, (key, value) => {
    if (key !== "" && typeof value === "object" && value !== null) return Array.isArray(value) ? "[…]" : "{…}";
    return typeof value === "bigint" ? `${value}` : value;
  }));
  return new AppError(`Cannot read MLflow's reply to get-history: found ${shown.slice(0, 100)} in place of a value`);
}
