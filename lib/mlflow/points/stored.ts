/**
 * Points as MLflow's tables have them, put into the order in which its server gives them.
 * @module
 */
import type { Int64, MetricPoint } from "../../source/mod.ts";

/** Points in any order, in three lists of one length. */
export interface StoredPoints {
  readonly steps: ArrayLike<Int64>;
  readonly timestamps: ArrayLike<Int64>;
  /** As stored: 0 for NaN. */
  readonly values: ArrayLike<number>;
  /** Places of NaN. */
  readonly nans: ReadonlySet<number>;
}

/** Points by timestamp, step and stored value: a NaN stands where a 0 would. */
export class OrderedPoints implements Iterable<MetricPoint> {
  readonly #points: StoredPoints;
  /** Places in the lists, in order; undefined where the lists are in order. */
  readonly #order: readonly number[] | undefined;

  /** Takes the lists over. */
  constructor(points: StoredPoints) {
    this.#points = points;
    this.#order = isOrdered(points)
      ? undefined
      : Array.from(points.values, (_value, place) => place).sort((a, b) => compare(points, a, b));
  }

  /** How many there are. */
  get length(): number {
    return this.#points.values.length;
  }

  /** Gives all points. */
  *[Symbol.iterator](): Generator<MetricPoint> {
    const { steps, timestamps, values, nans } = this.#points;
    for (let index = 0; index < values.length; index++) {
      const place = this.#order?.[index] ?? index;
      yield {
        step: steps[place] as Int64,
        timestamp: timestamps[place] as Int64,
        value: nans.has(place) ? NaN : values[place] as number,
      };
    }
  }
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
