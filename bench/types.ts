/**
 * What the parts of the benchmark hand over to its report.
 * @module
 */

/** One goal and what was measured of it: always a ratio of figures taken in the same run, or a size. */
export interface Goal {
  /** What was measured. */
  readonly what: string;
  /** How it is compared with the limit. */
  readonly rule: "at least" | "at most";
  /** The goal's number. */
  readonly limit: number;
  /** What came out. */
  readonly measured: number;
  /** Behind both numbers: "x" for ratios, "MB". */
  readonly unit: string;
  /** The figures that the ratio is made of, with units. */
  readonly from: string;
}

/** One line of a chart. */
export interface Series {
  /** Its name: "ours", "reference", "floor". */
  readonly name: string;
  /** Pairs of x and y; y is above 0. */
  readonly points: readonly (readonly [number, number])[];
}

/** How cost grows: drawn as a chart, and written as a table. */
export interface Curve {
  /** What is shown. */
  readonly title: string;
  /** What x is, with its unit. */
  readonly x: string;
  /** What y is, with its unit. */
  readonly y: string;
  /** The lines. */
  readonly series: readonly Series[];
}

/** What one part measured. */
export interface PartResult {
  /** Its goals. */
  readonly goals: readonly Goal[];
  /** Its curves. */
  readonly curves: readonly Curve[];
}

/** A result as it is kept between runs. */
export interface KeptResult extends PartResult {
  /** When it was taken, ISO 8601. */
  readonly taken: string;
  /** What sizes were multiplied with. */
  readonly scale: number;
  /** Mean count of runnable processes over the minute before the part began, and before it ended. */
  readonly load: readonly [number, number];
}

/** What a part works with. */
export interface Context {
  /** What every size is multiplied with: 1 for the goals' own shapes, less on a machine that has no time. */
  readonly scale: number;
  /** An empty folder that is removed at the end. */
  readonly folder: string;
  /** Tells the user what is going on. */
  readonly say: (text: string) => void;
}

/** One part: measures something by itself. */
export type Part = (context: Context) => Promise<PartResult>;

/** Whether a goal was reached. */
export function isReached({ rule, limit, measured }: Goal): boolean {
  return rule === "at least" ? measured >= limit : measured <= limit;
}
