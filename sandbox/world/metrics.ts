/**
 * Histories that are kept in memory, ordered as MLflow's SQL store orders them.
 * @module
 */
import type { MetricPoint } from "../../lib/source/mod.ts";
import type { MetricSeries } from "./types.ts";

/** Python's sys.float_info.max: MLflow's SQL stores clip infinities to it. */
const MAX_FLOAT = Number.MAX_VALUE;

/** The value as the SQL store keeps it: infinities clipped to the largest float, NaN as it is. */
export function storedValue(value: number): number {
  if (value === Infinity) return MAX_FLOAT;
  if (value === -Infinity) return -MAX_FLOAT;
  return value;
}

/** Orders points as the histories come: timestamp, step, value. */
export function byTimestamp(a: MetricPoint, b: MetricPoint): number {
  return compare(a.timestamp, b.timestamp) || compare(a.step, b.step) || compare(sortValue(a), sortValue(b));
}

/** Orders points so that the last is the one that counts as latest: step, timestamp, value. */
export function byStep(a: MetricPoint, b: MetricPoint): number {
  return compare(a.step, b.step) || compare(a.timestamp, b.timestamp) || compare(sortValue(a), sortValue(b));
}

/** Points logged one by one; sorted when they are first read. Exact doubles collapse, as they do in the SQL store. */
export class LoggedSeries implements MetricSeries {
  readonly #points: MetricPoint[] = [];
  #sorted = true;
  #latest: MetricPoint | undefined;

  log(point: MetricPoint): void {
    const kept = { ...point, value: storedValue(point.value) };
    this.#points.push(kept);
    this.#sorted = false;
    if (this.#latest === undefined || byStep(kept, this.#latest) > 0) this.#latest = kept;
  }

  get length(): number {
    return this.#ordered().length;
  }

  at(index: number): MetricPoint {
    const point = this.#ordered()[index];
    if (point === undefined) throw new RangeError(`Cannot read point ${index}: there are ${this.length}`);
    return point;
  }

  /** The greatest point by step, timestamp, value. */
  latest(): MetricPoint {
    if (this.#latest === undefined) throw new RangeError("Cannot read the latest point: nothing is logged");
    return this.#latest;
  }

  #ordered(): readonly MetricPoint[] {
    if (!this.#sorted) {
      this.#points.sort(byTimestamp);
      let kept = 0;
      for (const point of this.#points) {
        const last = kept === 0 ? undefined : this.#points[kept - 1];
        if (last !== undefined && isSame(last, point)) continue;
        this.#points[kept] = point;
        kept += 1;
      }
      this.#points.length = kept;
      this.#sorted = true;
    }
    return this.#points;
  }
}

function isSame(a: MetricPoint, b: MetricPoint): boolean {
  return a.timestamp == b.timestamp && a.step == b.step && Object.is(a.value, b.value);
}

/** NaN is stored as the value 0 with a flag beside it, and sorts as such. */
function sortValue(point: MetricPoint): number {
  return Number.isNaN(point.value) ? 0 : point.value;
}

function compare(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
