/**
 * What a very large export takes, reckoned from the bench's own figures (bench/figures.json): pure functions.
 * @module
 */
import { markdownTable } from "./table.ts";

/** A part of bench/figures.json, as far as it is needed here. */
type Figures = Readonly<
  Record<string, { readonly goals: readonly { readonly what: string; readonly from: string }[] }>
>;

const RUNS = 10_000_000;
const MACHINES = 8;

/** A line of runs.json for a run of 10 metrics x 100 points, with values of 16 digits. */
const BYTES_A_RUN = 65_500;

/** Returns the table of docs/many_machines.md. Throws RangeError where the figures do not hold what it takes from them. */
export function reckoningTable(figures: Figures): string {
  const http = figureOf(figures, "export-3.17.2", /ours ([\d.]+) runs\/s/);
  const store = figureOf(figures, "store-sqlite", /ours ([\d.]+) runs\/s/);
  const callsOf2000 = figureOf(figures, "calls", /ours ([\d.]+)/);
  const rowsMs = figureOf(figures, "import", /ours 210 rows in (\d+) ms/) / 210;
  const terabytes = `${(RUNS * BYTES_A_RUN / 1e12).toFixed(2)} TB`;
  const calls = grouped(Math.round(RUNS * callsOf2000 / 2000));
  return markdownTable([
    ["way", "runs a second", "hours", `hours, ${MACHINES} machines`, "calls to MLflow", "disk, all machines"],
    [
      "over HTTP, MLflow 3.17.2 on two cores",
      String(http),
      hours(RUNS / http),
      "as many: the server is the limit",
      calls,
      terabytes,
    ],
    ["from SQLite itself", String(store), hours(RUNS / store), hours(RUNS / store / MACHINES), "0", terabytes],
    [
      "import, where Kiroframe takes 50 ms for a row",
      (1000 / rowsMs).toFixed(0),
      hours(RUNS * rowsMs / 1000),
      hours(RUNS * rowsMs / 1000 / MACHINES),
      "0",
      "",
    ],
  ]);
}

/** The first number that a part of the bench tells in such words. */
function figureOf(figures: Figures, part: string, words: RegExp): number {
  for (const { from } of figures[part]?.goals ?? []) {
    const [, figure] = words.exec(from) ?? [];
    if (figure !== undefined) return Number(figure);
  }
  throw new RangeError(`Cannot reckon: bench/figures.json has no "${words.source}" of ${part}`);
}

function hours(seconds: number): string {
  return (seconds / 3600).toFixed(1);
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
