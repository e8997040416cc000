/**
 * What a progress says, as text: pure functions of its state.
 * @module
 */
import { fit, visible, widthOf } from "../visible.ts";
import { byteSize, counted, duration, grouped } from "./amounts.ts";

/** The state of a piece of long work. */
export interface ProgressState {
  /** What is being done: "Exporting runs". */
  readonly label: string;
  readonly done: number;
  /** How much there is, where known. */
  readonly total: number | undefined;
  /** Experiments that are done of all, where the work is about experiments. */
  readonly experiments: { readonly done: number; readonly total: number } | undefined;
  /** What was counted since the work began. */
  readonly counts: {
    readonly unchanged: number;
    readonly points: number;
    readonly artifactFiles: number;
    readonly artifactBytes: number;
    readonly sent: number;
    readonly skipped: number;
    readonly failed: number;
  };
  /** How much was done a second lately; undefined: too early to tell. */
  readonly ratePerSecond: number | undefined;
  /** Milliseconds since the work began. */
  readonly elapsedMs: number;
  /** Milliseconds that it will take, as far as can be told. */
  readonly leftMs: number | undefined;
  /** Where in the work we are; untrusted. */
  readonly detail: string;
  /** Calls that wait before they are repeated, why the last of them does, and when the first goes on. */
  readonly waiting: { readonly calls: number; readonly ms: number; readonly reason: string } | undefined;
  /** A server that is asked less at a time than it might be. */
  readonly throttled: { readonly service: string; readonly places: number; readonly most: number } | undefined;
}

/** Below this width, the bar has half its length. */
const WIDE = 100;

/** A detail that has less room is left for a line of its own. */
const DETAIL_COLUMNS = 24;

/**
 * Returns the live area, no line wider than the columns given: label, bar and facts, as many in a line as fit; where in the work we are;
 * what is waited for. Plain ASCII but for the detail and reasons, so that its width is certain.
 */
export function renderArea(state: ProgressState, columns: number): string[] {
  const lines = flow([state.label, ...barOf(state, columns < WIDE ? 10 : 20), ...factsOf(state)], columns);
  const detail = visible(state.detail);
  const last = lines.at(-1) ?? "";
  const room = columns - widthOf(last) - 2;
  if (detail !== "" && room >= Math.min(DETAIL_COLUMNS, widthOf(detail))) {
    lines.splice(-1, 1, `${last}  ${fit(detail, room)}`);
  } else if (detail !== "") lines.push(fit(detail, columns));
  return [...lines, ...troublesOf(state).map((trouble) => fit(trouble, columns))];
}

/** Returns the same for a log: "Exporting runs: 12 of 40 experiments (30%), 2:31 left, 1,204 runs, 34/s, digits". */
export function describe(state: ProgressState): string {
  const detail = state.detail === "" ? [] : [state.detail];
  return [`${state.label}: ${[...factsOf(state), ...detail].join(", ")}`, ...troublesOf(state)].join("; ");
}

function flow(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const together = `${last}  ${part}`;
    if (last !== undefined && widthOf(together) <= columns) lines.splice(-1, 1, together);
    else lines.push(fit(part, columns));
  }
  return lines;
}

function factsOf({ done, total, experiments, counts, ratePerSecond, elapsedMs, leftMs }: ProgressState): string[] {
  const time = leftMs === undefined ? duration(elapsedMs) : `${duration(leftMs)} left`;
  const rate = ratePerSecond === undefined
    ? []
    : [`${ratePerSecond < 10 ? ratePerSecond.toFixed(1) : grouped(Math.round(ratePerSecond))}/s`];
  const facts = experiments !== undefined
    ? [share(experiments.done, experiments.total, " experiments"), time, counted(done, "run"), ...rate]
    : total !== undefined
    ? [share(done, total), time, ...rate]
    : done > 0
    ? [grouped(done), time, ...rate]
    : [time];
  const { unchanged, points, artifactFiles, artifactBytes, sent, skipped, failed } = counts;
  return [
    ...facts,
    ...some(unchanged, `${grouped(unchanged)} unchanged`),
    ...some(points, counted(points, "point")),
    ...some(artifactBytes, `${counted(artifactFiles, "file")} of ${byteSize(artifactBytes)}`),
    ...some(sent, `${counted(sent, "row")} sent`),
    ...some(skipped, `${grouped(skipped)} there already`),
    ...some(failed, `${grouped(failed)} failed`),
  ];
}

function share(done: number, total: number, noun = ""): string {
  const percent = total === 0 ? "" : ` (${Math.floor(100 * Math.min(1, done / total))}%)`;
  return `${grouped(done)} of ${grouped(total)}${noun}${percent}`;
}

function some(count: number, text: string): string[] {
  return count === 0 ? [] : [text];
}

function barOf({ done, total, experiments }: ProgressState, width: number): string[] {
  const of = experiments ?? { done, total };
  if (!of.total) return [];
  const filled = Math.floor(width * Math.min(1, of.done / of.total));
  return [`[${"#".repeat(filled)}${"-".repeat(width - filled)}]`];
}

function troublesOf({ waiting, throttled }: ProgressState): string[] {
  const troubles: string[] = [];
  if (waiting !== undefined) {
    const { calls, ms, reason } = waiting;
    troubles.push(
      `${visible(reason)}: ${counted(calls, "call")} ${calls === 1 ? "waits" : "wait"} ${Math.ceil(ms / 1000)} s`,
    );
  }
  if (throttled !== undefined) {
    const { service, places, most } = throttled;
    troubles.push(`${places} of ${most} calls at a time: ${service} is busy`);
  }
  return troubles;
}
