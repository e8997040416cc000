/**
 * What a progress says, as text: pure functions of its state.
 * @module
 */
import { duration, grouped } from "./amounts.ts";
import { fit, visible, widthOf } from "../visible.ts";

/** The state of a piece of long work. */
export interface ProgressState {
  /** What is being done: "Exporting runs". */
  readonly label: string;
  readonly done: number;
  /** How much there is, where known. */
  readonly total: number | undefined;
  /** How much was done a second lately; undefined: too early to tell. */
  readonly ratePerSecond: number | undefined;
  /** Milliseconds since the work began. */
  readonly elapsedMs: number;
  /** Where in the work we are; untrusted. */
  readonly detail: string;
}

/** Below this width, the bar gives half its place to the detail. */
const WIDE = 100;

/**
 * Returns the live line, at most as wide as the columns given: label, bar, counts, rate, time left, detail. What does
 * not fit is left out, the least needed first. Plain ASCII but for the detail, so that its width is certain.
 */
export function render(state: ProgressState, columns: number): string {
  const facts = factsOf(state);
  const detail = visible(state.detail);
  const forms = [
    [state.label, ...bar(state, columns < WIDE ? 10 : 20), ...facts],
    [state.label, ...facts],
    [state.label, ...facts.slice(0, 2)],
    [state.label, ...facts.slice(0, 1)],
  ].map((parts) => parts.join("  "));
  const line = forms.find((form) => widthOf(form) <= columns) ?? fit(state.label, columns);
  const room = columns - widthOf(line) - 2;
  return detail === "" || room < 8 ? line : `${line}  ${fit(detail, room)}`;
}

/** Returns the same for a log: "Exporting runs: 1,040 of 2,000 (52%), 34/s, 0:28 left, digits". */
export function describe(state: ProgressState): string {
  const detail = state.detail === "" ? [] : [state.detail];
  return `${state.label}: ${[...factsOf(state), ...detail].join(", ")}`;
}

function factsOf({ done, total, ratePerSecond, elapsedMs }: ProgressState): string[] {
  const count = total === undefined ? grouped(done) : `${grouped(done)} of ${grouped(total)}`;
  const percent = total === undefined || total === 0 ? "" : ` (${Math.floor(100 * Math.min(1, done / total))}%)`;
  const rate = ratePerSecond === undefined
    ? []
    : [`${ratePerSecond < 10 ? ratePerSecond.toFixed(1) : grouped(Math.round(ratePerSecond))}/s`];
  const leftMs = total === undefined || !ratePerSecond ? undefined : 1000 * Math.max(0, total - done) / ratePerSecond;
  const time = leftMs === undefined ? duration(elapsedMs) : `${duration(leftMs)} left`;
  return [`${count}${percent}`, time, ...rate];
}

function bar({ done, total }: ProgressState, width: number): string[] {
  if (!total) return [];
  const filled = Math.floor(width * Math.min(1, done / total));
  return [`[${"#".repeat(filled)}${"-".repeat(width - filled)}]`];
}
