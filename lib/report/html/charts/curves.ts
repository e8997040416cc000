/**
 * Metric curves as small pictures: what paper and a browser without script show.
 * @module
 */
import type { MetricCurves, RunTable } from "../../facts/shape.ts";
import { counted, formatDuration, formatValue } from "../../page/format.js";
import { html, type Markup } from "../../text/markup.ts";
import { largestTriangles } from "../../thin/triangle.ts";

const WIDTH = 240;
const HEIGHT = 100;

/** Pictures of an experiment; the pages' colours repeat after so many runs. */
const COLOURS = 10;

const MOST_PICTURES = 6;
const MOST_LINES = 8;
const MOST_POINTS = 60;

/** A picture for each metric, and whose lines they are. */
export function curvePictures(curves: readonly MetricCurves[], table: RunTable): Markup {
  const shown = curves.slice(0, MOST_PICTURES);
  const rows = [...new Set(shown.flatMap(({ lines }) => lines.slice(0, MOST_LINES).map(({ row }) => row)))].sort((
    a,
    b,
  ) => a - b);
  const more = curves.length - shown.length;
  return html`<p class="legend">${
    rows.map((row) =>
      html`
        <span class="line isolated line-${row % COLOURS}">${table.names[row]}</span>
      `
    )
  }</p>
<div class="pictures">${shown.map((curve) => picture(curve, table))}</div>
${
    more > 0
      ? html`<p class="left-out">${counted(more, "more metric")} ${more === 1 ? "has" : "have"} curves.</p>`
      : ""
  }`;
}

function picture({ metric, bySteps, lines }: MetricCurves, table: RunTable): Markup {
  const drawn = lines.slice(0, MOST_LINES);
  const [left, right] = extentOf(drawn.map(({ xs }) => xs));
  const [low, high] = extentOf(drawn.map(({ ys }) => ys));
  // Finite in all cases: the ends may lie further apart than a number can tell.
  const share = (value: number, from: number, to: number): number =>
    to === from ? 0.5 : value / (to / 2 - from / 2) / 2 - from / (to / 2 - from / 2) / 2;
  const paths = drawn.map(({ row, xs, ys }) => {
    const points = largestTriangles(xs, ys, MOST_POINTS).map((index) =>
      `${(share(xs[index]!, left, right) * WIDTH).toFixed(1)} ${
        ((1 - share(ys[index]!, low, high)) * HEIGHT).toFixed(1)
      }`
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
