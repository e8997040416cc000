/**
 * One line of a metric file, as MLflow reads it: timestamp, value and step; or the first two alone (MLflow 0.8 and before); or these three
 * with the name and digest of a dataset (MLflow 3).
 * @module
 */
import type { Int64, MetricPoint } from "../../../../source/mod.ts";
import { visible } from "../../../../visible.ts";

/** A line that holds no logged value: the message says what was found. */
export class LineError extends Error {}

/** Python's own names of what is no number. */
const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ["nan", NaN],
  ["inf", Infinity],
  ["infinity", Infinity],
]);

/**
 * Reads a line.
 *
 * @throws {LineError} if it is none of MLflow's.
 */
export function parseLine(line: string): MetricPoint {
  const fields = line.trim().split(" ");
  const [timestamp = "", value = "", step = ""] = fields;
  if (fields.length === 2 || fields.length === 3 || fields.length === 5) {
    const point = {
      // MLflow takes the step of a line with a dataset for 0.
      step: fields.length === 3 ? integer(step) : 0,
      timestamp: integer(timestamp),
      value: float(value),
    };
    if (point.step !== null && point.timestamp !== null && point.value !== null) return point as MetricPoint;
  }
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  throw new LineError(`"${visible(shown.trim())}" where a timestamp, a value and a step are expected`);
}

/** Reads an integer; null where it is none. */
export function integer(text: string): Int64 | null {
  if (!/^[-+]?\d+$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text.replace("+", ""));
}

/** Reads a value as Python writes it; null where it is none. */
export function float(text: string): number | null {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  const size = NON_FINITE.get(text.replace(/^[-+]/, "").toLowerCase());
  return size === undefined ? null : text.startsWith("-") ? -size : size;
}
