/**
 * Metric curves as small pictures: what paper and a browser without script show.
 * @module
 */
import type { MetricCurves, RunTable } from "../../facts/shape.ts";
import { counted, formatDuration, formatValue } from "../../page/format.js";
import { html, type Markup } from "../../text/markup.ts";

const WIDTH = 240;
const HEIGHT = 100;

/** Pictures of an experiment; the pages' colours repeat after so many runs. */
const COLOURS = 10;

const MOST_PICTURES = 6;
const MOST_LINES = 8;
const MOST_POINTS = 60;

/** A picture for each metric. */
export function curvePictures(curves: readonly MetricCurves[], table: RunTable): Markup {
  return html`<div class="pictures">${curves.slice(0, MOST_PICTURES).map((curve) => picture(curve, table))}</div>`;
}

function picture({ metric, bySteps, lines }: MetricCurves, table: RunTable): Markup {
  const drawn = lines.slice(0, MOST_LINES);
  const [left, right] = extentOf(drawn.map(({ xs }) => xs));
  const [low, high] = extentOf(drawn.map(({ ys }) => ys));
  // Finite in all cases: the ends may lie further apart than a number can tell.
  const share = (value: number, from: number, to: number): number =>
    to === from ? 0.5 : value / (to / 2 - from / 2) / 2 - from / (to / 2 - from / 2) / 2;
  const paths = drawn.map(({ row, xs, ys }) => {
    const every = Math.max(1, Math.ceil(xs.length / MOST_POINTS));
    const points = xs.flatMap((x, index) =>
      index % every !== 0 && index !== xs.length - 1
        ? []
        : [`${(share(x, left, right) * WIDTH).toFixed(1)} ${((1 - share(ys[index]!, low, high)) * HEIGHT).toFixed(1)}`]
    );
    return html`
      <path class="line-${row % COLOURS}" d="M${points.join("L")}">
        <title>${table.names[row]}</title>
      </path>
    `;
  });
  const ends = bySteps
    ? [`step ${formatValue(left)}`, formatValue(right)]
    : [formatDuration(left * 1000), formatDuration(right * 1000)];
  const about = `${metric}: ${counted(drawn.length, "run")}, from ${formatValue(low)} to ${formatValue(high)}`;
  return html`
    <figure>
      <figcaption>${metric}</figcaption>
      <div
        class="plot"><span class="most">${formatValue(high)}</span><span class="least">${formatValue(
          low,
        )}</span><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${about}">${paths}</svg></div>
      <p class="ends"><span>${ends[0]}</span><span>${ends[1]}</span></p>
    </figure>
  `;
}

function extentOf(lists: readonly (readonly number[])[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (const value of list) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}
