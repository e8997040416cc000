/**
 * Points as MLflow's tables have them, put into the order in which its server gives them.
 * @module
 */
import type { Int64 } from "../../source/mod.ts";
import { PointColumns } from "./columns.ts";

/** Points in any order, in three lists of one length. */
export interface StoredPoints {
  readonly steps: Int64[];
  readonly timestamps: Int64[];
  /** Null for NaN, which is stored as 0 beside is_nan. */
  readonly values: (number | null)[];
}

/** Orders points by timestamp, step and stored value: what NaN is stored as is what it is sorted by. The lists are taken over. */
export function inServerOrder(points: StoredPoints): PointColumns {
  const { steps, timestamps, values } = isOrdered(points) ? points : ordered(points);
  for (let index = 0; index < values.length; index++) if (values[index] === null) values[index] = NaN;
  return new PointColumns(steps, timestamps, values as number[]);
}

function isOrdered(points: StoredPoints): boolean {
  for (let index = 1; index < points.values.length; index++) if (compare(points, index - 1, index) > 0) return false;
  return true;
}

function ordered(points: StoredPoints): StoredPoints {
  const { steps, timestamps, values } = points;
  const places = [...values.keys()].sort((a, b) => compare(points, a, b));
  return {
    steps: places.map((place) => steps[place] as Int64),
    timestamps: places.map((place) => timestamps[place] as Int64),
    values: places.map((place) => values[place] as number | null),
  };
}

function compare({ steps, timestamps, values }: StoredPoints, a: number, b: number): number {
  return order(timestamps[a] as Int64, timestamps[b] as Int64) || order(steps[a] as Int64, steps[b] as Int64) ||
    order(values[a] ?? 0, values[b] ?? 0);
}

function order(a: Int64, b: Int64): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
