/**
 * Rows of metric histories. Millions of them are read: they are checked by hand, one field after another.
 * @module
 */
import { AppError } from "../errors.ts";
import type { Int64, MetricPoint } from "../source.ts";
import { type Page, toInt64 } from "./wire.ts";

/** One row of get-history-bulk. */
export interface BulkRow {
  /** The run that logged it. */
  readonly runId: string;
  /** The metric. A database that does not tell cases apart gives rows of other keys too. */
  readonly key: string;
  /** What was logged. */
  readonly point: MetricPoint;
}

/**
 * Reads a reply of get-history.
 *
 * @throws {AppError} if it holds what is not a logged value.
 */
export function readHistory(reply: unknown): Page<MetricPoint> {
  const { metrics, next_page_token: token } = toFields(reply);
  return { items: toPoints(metrics), token: typeof token === "string" && token !== "" ? token : undefined };
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
 * Reads a reply of get-history-bulk.
 *
 * @throws {AppError} if it holds what is not a logged value of a run.
 */
export function readBulkHistory(reply: unknown): BulkRow[] {
  return toArray(toFields(reply)["metrics"]).map((row) => {
    const fields = toFields(row);
    const { run_id: runId, key } = fields;
    if (typeof runId !== "string" || typeof key !== "string") throw oddRow(row);
    return { runId, key, point: toPoint(fields) };
  });
}

function toArray(rows: unknown): readonly unknown[] {
  if (rows === undefined) return [];
  if (Array.isArray(rows)) return rows;
  throw oddRow(rows);
}

function toFields(row: unknown): Record<string, unknown> {
  if (typeof row === "object" && row !== null) return row as Record<string, unknown>;
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
  const shown = String(JSON.stringify(row, (_key, value) => typeof value === "bigint" ? `${value}` : value));
  return new AppError(`Cannot read MLflow's reply to get-history: found ${shown.slice(0, 100)} in place of a value`);
}
