/**
 * Runs over time: a bar for each stretch, in parts by status. The words around it are HTML, so that they stay readable at any width.
 * @module
 */
import type { Facts } from "../../facts/shape.ts";
import { counted, formatCount, formatTime, formatWidth } from "../../page/format.js";
import { html, type Markup } from "../../text/markup.ts";
import { orderedStatuses, statusClass } from "./statuses.ts";

const HEIGHT = 100;

/** The picture, or nothing where no run has a start. */
export function overTimeChart({ overTime: { bars, widthMs }, statuses, undatedRuns }: Facts): Markup {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return html`<p class="muted">No run has a start time.</p>`;
  const columns = Math.round((last.startMs - first.startMs) / widthMs) + 1;
  const sumOf = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(...bars.map(({ counts }) => sumOf(counts)));
  const precision = widthMs >= 86_400_000 ? "day" : widthMs >= 60_000 ? "minute" : "second";
  const drawn = bars.map(({ startMs, counts }) => {
    let top = HEIGHT;
    const column = Math.round((startMs - first.startMs) / widthMs);
    const parts = orderedStatuses(counts).map(([status, count]) => {
      const height = count / most * HEIGHT;
      top -= height;
      return html`
        <rect class="${statusClass(status)}" x="${column + 0.08}" y="${top.toFixed(3)}" width="0.84" height="${height
          .toFixed(3)}" />
      `;
    });
    const words = orderedStatuses(counts).map(([status, count]) => `${formatCount(count)} ${status.toLowerCase()}`)
      .join(", ");
    return html`<g><title>${formatTime(startMs, precision)}: ${words}</title>${parts}</g>`;
  });
  const legend = orderedStatuses(statuses).map(([status, count]) =>
    html`
      <span class="status ${statusClass(status)}">${formatCount(count)} ${status.toLowerCase()}</span>
    `
  );
  const end = last.startMs + widthMs;
  const about = `Runs by start, from ${formatTime(first.startMs, precision)} to ${
    formatTime(end, precision)
  } UTC; at most ${counted(most, "run")} in ${formatWidth(widthMs)}`;
  return html`
    <figure class="over-time">
      <p class="legend">${legend}</p>
      <div
        class="plot"><span class="most">${formatCount(most)}</span><svg viewBox="0 0 ${Math.max(
          columns,
          12,
        )} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${about}">${drawn}</svg></div>
      <p class="ends"><span>${formatTime(first.startMs, precision)}</span><span>${columns >= 12
        ? formatTime(end, precision)
        : ""}</span></p>
      <figcaption>Runs by start (UTC); a bar is ${formatWidth(widthMs)}.${undatedRuns > 0
        ? ` ${counted(undatedRuns, "run")} without a start time ${undatedRuns === 1 ? "is" : "are"} not drawn.`
        : ""}</figcaption>
    </figure>
  `;
}
