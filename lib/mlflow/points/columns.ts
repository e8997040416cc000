/**
 * Many points in little memory: three lists of numbers, 24 bytes a point, where as many objects would take a hundred each and
 * outlive the collector's young generation.
 * @module
 */
import type { Int64, MetricPoint } from "../../source/mod.ts";

/** Points in order. */
export class PointColumns implements Iterable<MetricPoint> {
  readonly #steps: Int64[];
  readonly #timestamps: Int64[];
  readonly #values: number[];

  /** Creates columns of lists of one length, which are theirs from now on. */
  constructor(steps: Int64[] = [], timestamps: Int64[] = [], values: number[] = []) {
    this.#steps = steps;
    this.#timestamps = timestamps;
    this.#values = values;
  }

  /** How many there are. */
  get length(): number {
    return this.#values.length;
  }

  /** Adds points behind those that are there. */
  push(points: Iterable<MetricPoint>): void {
    for (const point of points) this.add(point);
  }

  /** Adds one point behind those that are there. */
  add({ step, timestamp, value }: MetricPoint): void {
    this.#steps.push(step);
    this.#timestamps.push(timestamp);
    this.#values.push(value);
  }

  /** Gives all points. */
  *[Symbol.iterator](): Generator<MetricPoint> {
    for (let index = 0; index < this.length; index++) yield this.#at(index);
  }

  /** Gives all points, at most `size` at a time. */
  *slices(size: number): Generator<readonly MetricPoint[]> {
    for (let start = 0; start < this.length; start += size) {
      yield Array.from({ length: Math.min(size, this.length - start) }, (_, offset) => this.#at(start + offset));
    }
  }

  #at(index: number): MetricPoint {
    return {
      step: this.#steps[index] as Int64,
      timestamp: this.#timestamps[index] as Int64,
      value: this.#values[index] as number,
    };
  }
}
