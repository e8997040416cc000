/**
 * Many points in little memory: three lists of numbers, 24 bytes a point, where as many objects would take a hundred each and
 * outlive the collector's young generation.
 * @module
 */
import type { Int64, MetricPoint, PointLists } from "../../source/mod.ts";

/** Points in order, in lists that are there. */
export class ListedPoints implements Iterable<MetricPoint> {
  readonly lists: PointLists;

  /** Takes the lists over. */
  constructor(lists: PointLists) {
    this.lists = lists;
  }

  /** How many there are. */
  get length(): number {
    return this.lists.values.length;
  }

  /** Gives all points. */
  *[Symbol.iterator](): Generator<MetricPoint> {
    const { steps, timestamps, values } = this.lists;
    for (let place = 0; place < values.length; place++) {
      yield {
        step: steps[place] as Int64,
        timestamp: timestamps[place] as Int64,
        value: values[place] as number,
      };
    }
  }
}

/** Points in order, to which more are added. */
export class PointColumns extends ListedPoints {
  readonly #steps: Int64[];
  readonly #timestamps: Int64[];
  readonly #values: number[];

  /** Creates columns without points. */
  constructor() {
    const [steps, timestamps, values]: [Int64[], Int64[], number[]] = [[], [], []];
    super({ steps, timestamps, values });
    this.#steps = steps;
    this.#timestamps = timestamps;
    this.#values = values;
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

  /** Gives all points, at most `size` at a time. */
  *slices(size: number): Generator<ListedPoints> {
    for (let start = 0; start < this.length; start += size) {
      const end = start + size;
      yield new ListedPoints({
        steps: this.#steps.slice(start, end),
        timestamps: this.#timestamps.slice(start, end),
        values: this.#values.slice(start, end),
      });
    }
  }
}
