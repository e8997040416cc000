/**
 * Many points in little memory: three lists of numbers, 24 bytes a point, where as many objects would take a hundred each and
 * outlive the collector's young generation.
 * @module
 */
import type { Int64, MetricPoint } from "../source.ts";

/** Points in order. */
export class PointColumns {
  readonly #steps: Int64[] = [];
  readonly #timestamps: Int64[] = [];
  readonly #values: number[] = [];

  /** How many there are. */
  get length(): number {
    return this.#values.length;
  }

  /** Adds points behind those that are there. */
  push(points: readonly MetricPoint[]): void {
    for (const { step, timestamp, value } of points) {
      this.#steps.push(step);
      this.#timestamps.push(timestamp);
      this.#values.push(value);
    }
  }

  /** Gives all points, at most `size` at a time. */
  *slices(size: number): Generator<readonly MetricPoint[]> {
    for (let start = 0; start < this.length; start += size) {
      yield Array.from({ length: Math.min(size, this.length - start) }, (_, offset) => ({
        step: this.#steps[start + offset] as Int64,
        timestamp: this.#timestamps[start + offset] as Int64,
        value: this.#values[start + offset] as number,
      }));
    }
  }
}
