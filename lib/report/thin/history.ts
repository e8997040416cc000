/**
 * A metric's history in bounded memory, however many points it has.
 * @module
 */
import { largestTriangles } from "./triangle.ts";

/** What a curve is drawn from. */
export interface Line {
  /** Steps, or seconds since the first point where all points have one step. In order. */
  readonly xs: readonly number[];
  /** Values, finite. */
  readonly ys: readonly number[];
}

export interface HistoryPoint {
  /** The step it was logged for. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** A number, or the text "NaN", "Infinity", "-Infinity". */
  readonly value: number | string;
}

interface DrawnPoint extends HistoryPoint {
  readonly value: number;
}

/** Points held before each group of four becomes its two extremes. */
const MOST_HELD = 8192;

const GROUP = 4;

/** Takes points one after another, and keeps few enough of them that the curve looks the same. */
export class ThinnedHistory {
  #points: DrawnPoint[] = [];
  /** Of so many points that come, the lowest and the highest are held: as many as those held already stand for. */
  #stride = 1;
  #comingCount = 0;
  #low: DrawnPoint | undefined;
  #high: DrawnPoint | undefined;
  #isLowLast = false;
  #first: DrawnPoint | undefined;
  #last: DrawnPoint | undefined;
  #taken = 0;
  #notFinite = 0;

  /** Points taken so far, those that are no finite numbers included. */
  get taken(): number {
    return this.#taken;
  }

  /** Of these, the ones that cannot be drawn: NaN and infinities. */
  get notFinite(): number {
    return this.#notFinite;
  }

  /** Takes the next point. */
  add(point: HistoryPoint): void {
    this.#taken++;
    if (!isDrawn(point)) {
      this.#notFinite++;
      return;
    }
    this.#first ??= point;
    this.#last = point;
    if (this.#comingCount++ === 0) this.#low = this.#high = point;
    else if (point.value < this.#low!.value) [this.#low, this.#isLowLast] = [point, true];
    else if (point.value > this.#high!.value) [this.#high, this.#isLowLast] = [point, false];
    if (this.#comingCount < this.#stride) return;
    this.#points.push(...this.#coming());
    this.#comingCount = 0;
    if (this.#points.length < MOST_HELD) return;
    this.#points = groupsOf(this.#points).flatMap(extremesOf);
    this.#stride = this.#stride === 1 ? GROUP : this.#stride * 2;
  }

  /** The curve of at most `most` points. */
  line(most: number): Line {
    const points = this.#held();
    const first = points[0];
    const { hasSteps } = this;
    const xOf = ({ step, ts }: DrawnPoint): number => hasSteps ? step : (ts - (first?.ts ?? 0)) / 1000;
    // A history comes by time; a run that was gone on with may have gone back in its steps.
    const ordered = points.toSorted((a, b) => xOf(a) - xOf(b));
    const xs = ordered.map(xOf);
    const ys = ordered.map(({ value }) => value);
    const chosen = largestTriangles(xs, ys, most);
    return { xs: chosen.map((index) => xs[index]!), ys: chosen.map((index) => ys[index]!) };
  }

  #coming(): DrawnPoint[] {
    if (this.#comingCount === 0) return [];
    if (this.#low === this.#high) return [this.#low!];
    return this.#isLowLast ? [this.#high!, this.#low!] : [this.#low!, this.#high!];
  }

  #held(): DrawnPoint[] {
    const points = [...this.#points, ...this.#coming()];
    if (this.#first !== undefined && points[0] !== this.#first) points.unshift(this.#first);
    // What the metric is now.
    if (this.#last !== undefined && points.at(-1) !== this.#last) points.push(this.#last);
    return points;
  }

  /** Whether there is something to draw: two points at least that do not lie above each other. */
  get isCurve(): boolean {
    const points = this.#held();
    return points.some(({ step, ts }) => step !== points[0]?.step || ts !== points[0].ts);
  }

  /** Whether the points have more than one step: if not, time is what the curve runs along. */
  get hasSteps(): boolean {
    const points = this.#held();
    return points.some(({ step }) => step !== points[0]?.step);
  }
}

function isDrawn(point: HistoryPoint): point is DrawnPoint {
  return Number.isFinite(point.value);
}

/** The lowest and the highest, in their order. */
function extremesOf(points: readonly DrawnPoint[]): DrawnPoint[] {
  if (points.length < 3) return [...points];
  let [low, high] = [0, 0];
  for (const [index, { value }] of points.entries()) {
    if (value < points[low]!.value) low = index;
    if (value > points[high]!.value) high = index;
  }
  return low === high ? [points[low]!] : [points[Math.min(low, high)]!, points[Math.max(low, high)]!];
}

function groupsOf(points: readonly DrawnPoint[]): DrawnPoint[][] {
  return Array.from(
    { length: Math.ceil(points.length / GROUP) },
    (_, index) => points.slice(index * GROUP, (index + 1) * GROUP),
  );
}
