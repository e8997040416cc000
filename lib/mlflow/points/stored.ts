/**
 * Points as MLflow's tables have them, put into the order in which its server gives them.
 * @module
 */
import type { Int64, PointLists } from "../../source/mod.ts";
import { ListedPoints } from "./columns.ts";

/** Points in any order, with 0 where a value is NaN. */
export interface StoredPoints extends PointLists {
  /** Places of NaN. */
  readonly nans: ReadonlySet<number>;
}

/** Points by timestamp, step and stored value: a NaN stands where a 0 would. */
export function orderedPoints(points: StoredPoints): ListedPoints {
  const { steps, timestamps, values, nans } = points;
  const isInOrder = isOrdered(points);
  if (isInOrder && nans.size === 0) return new ListedPoints(points);
  const places = Array.from(values, (_value, place) => place);
  if (!isInOrder) places.sort((a, b) => compare(points, a, b));
  return new ListedPoints({
    steps: places.map((place) => steps[place] as Int64),
    timestamps: places.map((place) => timestamps[place] as Int64),
    values: places.map((place) => nans.has(place) ? NaN : values[place] as number),
  });
}

function isOrdered(points: StoredPoints): boolean {
  for (let place = 1; place < points.values.length; place++) if (compare(points, place - 1, place) > 0) return false;
  return true;
}

function compare({ steps, timestamps, values }: StoredPoints, a: number, b: number): number {
  return order(timestamps[a] as Int64, timestamps[b] as Int64) || order(steps[a] as Int64, steps[b] as Int64) ||
    order(values[a] as number, values[b] as number);
}

function order(a: Int64, b: Int64): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
