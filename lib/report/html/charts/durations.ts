/**
 * Durations on one logarithmic scale for all experiments.
 * @module
 */
import type { Durations } from "../../thin/durations.ts";
import { formatDuration } from "../../page/format.js";
import { html, type Markup } from "../../text/markup.ts";

/** The ends of a scale, in milliseconds. */
export interface Scale {
  /** The shortest that is shown. */
  readonly leastMs: number;
  /** The longest. */
  readonly mostMs: number;
}

/** The scale on which the durations of all experiments fit. */
export function scaleOf(all: readonly (Durations | null)[]): Scale {
  const known = all.filter((durations) => durations !== null);
  return {
    leastMs: Math.min(...known.map(({ tenthMs }) => tenthMs)),
    mostMs: Math.max(...known.map(({ ninetiethMs }) => ninetiethMs)),
  };
}

/** A line from the tenth to the ninetieth percentile with a mark at the median. */
export function durationBar(durations: Durations | null, { leastMs, mostMs }: Scale): Markup {
  if (durations === null) return html`<span class="muted">–</span>`;
  const width = Math.log((mostMs + 1) / (leastMs + 1));
  const at = (ms: number): number => width === 0 ? 50 : 2 + Math.log((ms + 1) / (leastMs + 1)) / width * 96;
  const { tenthMs, medianMs, ninetiethMs } = durations;
  const [from, middle, to] = [at(tenthMs), at(medianMs), at(ninetiethMs)];
  return html`
    <span class="median">${formatDuration(medianMs)}</span>
    <svg class="duration-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="8" />
      <rect class="range" x="${from.toFixed(2)}" y="2" width="${Math.max(0.5, to - from).toFixed(2)}" height="4" />
      <rect class="mark" x="${(middle - 0.75).toFixed(2)}" width="1.5" height="8" />
    </svg>
    <span class="words muted">${formatDuration(tenthMs)} to ${formatDuration(ninetiethMs)}</span>
  `;
}
