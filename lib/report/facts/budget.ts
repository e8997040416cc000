/**
 * How much of a folder fits into one page that opens at once: bounds for what is shown one by one. Counts are always of everything.
 * @module
 */

/** A page stays below this, in bytes; what would make it larger is left out, and said. */
export const MOST_PAGE_BYTES = 4_800_000;

/** Runs in all tables together. */
const MOST_ROWS = 20_000;

/** Latest metrics and params in all tables together. */
const MOST_CELLS = 600_000;

/** Points in all curves together. */
const MOST_CURVE_POINTS = 60_000;

/** Experiments that have a section of their own. */
export const MOST_SECTIONS = 300;

/** Experiments in the list. */
export const MOST_EXPERIMENTS = 1000;

/** What one experiment may show. */
export interface Allotment {
  /** Rows in its table. */
  readonly rows: number;
  /** Metrics in its table, and params as well. */
  readonly keys: number;
  /** Runs whose curves are drawn. */
  readonly curveRuns: number;
  /** Metrics whose curves are drawn. */
  readonly curveMetrics: number;
  readonly curvePoints: number;
}

const NOTHING: Allotment = { rows: 0, keys: 0, curveRuns: 0, curveMetrics: 0, curvePoints: 0 };

/** Shares the page among experiments, given with how many runs each has, in their order. */
export function allot(experiments: readonly { readonly id: string; readonly runs: number }[]): Map<string, Allotment> {
  const allotments = new Map(experiments.map(({ id }) => [id, NOTHING]));
  const shown = experiments.filter(({ runs }) => runs > 0).slice(0, MOST_SECTIONS);
  if (shown.length === 0) return allotments;
  const most = levelOf(shown.map(({ runs }) => runs), MOST_ROWS);
  const rowsInAll = shown.reduce((sum, { runs }) => sum + Math.min(runs, most), 0);
  const keys = clamp(Math.floor(MOST_CELLS / rowsInAll / 2), 6, 60);
  const points = Math.floor(MOST_CURVE_POINTS / shown.length);
  const curveMetrics = clamp(Math.floor(points / 300), 2, 12);
  const curveRuns = clamp(Math.floor(points / curveMetrics / 40), 4, 20);
  const curvePoints = clamp(Math.floor(points / curveMetrics / curveRuns), 25, 200);
  for (const { id, runs } of shown) {
    allotments.set(id, { rows: Math.min(runs, most), keys, curveRuns, curveMetrics, curvePoints });
  }
  return allotments;
}

/** The most that each may have so that all together have no more than `total`: who needs less leaves it to the others. */
function levelOf(needs: readonly number[], total: number): number {
  const ordered = needs.toSorted((a, b) => a - b);
  let left = total;
  for (const [index, need] of ordered.entries()) {
    const share = Math.floor(left / (ordered.length - index));
    if (need > share) return share;
    left -= need;
  }
  return Infinity;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
