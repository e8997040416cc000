// @ts-check
/// <reference lib="dom" />
/**
 * Metric curves: a chart for each metric, one legend for all of them.
 * @module
 */
import { axis, keepDrawn, logarithmicLabels, UPlot, uPlotChart, zoomButtons } from "./chart.js";
import { cellText } from "./data.js";
import { colour, element, fill, tick } from "./dom.js";
import { counted, formatDuration, formatValue } from "./format.js";

/** @typedef {import("./data.js").Curves} Curves */
/** @typedef {import("./data.js").Experiment} Experiment */

/** As many as there are colours; those after them are dashed. */
const COLOURS = 10;

const CURVE_HEIGHT = 210;

/**
 * The curves of an experiment.
 * @param {Experiment} experiment
 * @returns {any}
 */
export function curvesView({ columns, curves }) {
  const state = { isLog: false, hidden: /** @type {Set<number>} */ (new Set()) };
  const names = columns[0];
  const nameOf = (/** @type {number} */ row) => names === undefined ? "" : cellText(names, row);
  const rows = [...new Set(curves.flatMap(({ lines }) => lines.map(({ row }) => row)))].sort((a, b) => a - b);
  const parts = curves.map((curve) => curveChart(curve, state, nameOf));
  const charts = parts.map(({ chart }) => chart);
  const redraw = () => charts.forEach((chart) => chart.draw());
  const legend = rows.map((row) => {
    const button = element(
      "button",
      {
        type: "button",
        class: `key line-${row % COLOURS}${row >= COLOURS ? " dashed" : ""}`,
        "aria-pressed": "true",
        click: () => {
          if (!state.hidden.delete(row)) state.hidden.add(row);
          button.setAttribute("aria-pressed", String(!state.hidden.has(row)));
          redraw();
        },
      },
      nameOf(row),
    );
    return button;
  });
  const isAll = (/** @type {boolean} */ isShown) => () => {
    state.hidden = new Set(isShown ? [] : rows);
    for (const button of legend) button.setAttribute("aria-pressed", String(isShown));
    redraw();
  };
  const view = element(
    "div",
    {},
    element("h3", {}, "Metric curves"),
    element(
      "div",
      { class: "tools" },
      tick("Logarithmic", false, (isTicked) => {
        state.isLog = isTicked;
        redraw();
      }),
      zoomButtons(charts),
      element("button", { type: "button", class: "small", click: isAll(true) }, "Show all runs"),
      element("button", { type: "button", class: "small", click: isAll(false) }, "Hide all"),
    ),
    element("div", { class: "legend keys", role: "group", "aria-label": "Runs drawn" }, ...legend),
    element("div", { class: "charts" }, ...parts.map(({ figure }) => figure)),
    element("p", { class: "muted hint" }, "Drag over a chart to zoom; a double click shows all again."),
  );
  return { view, draw: () => charts.forEach((chart) => keepDrawn(chart.draw)) };
}

/**
 * @param {Curves} curve
 * @param {{ isLog: boolean, hidden: Set<number> }} state
 * @param {(row: number) => string} nameOf
 */
function curveChart({ metric, bySteps, lines }, state, nameOf) {
  const host = element("div", { class: "chart" });
  const xText = (/** @type {number} */ x) => bySteps ? `step ${formatValue(x)}` : formatDuration(x * 1000);
  const [low, high] = extentOf(lines.map(({ ys }) => ys));
  const about = `${counted(lines.length, "run")}, ${formatValue(low)} to ${formatValue(high)}`;
  const readout = element("span", { class: "readout muted" }, about);
  const chart = uPlotChart(host, CURVE_HEIGHT, () => {
    const shown = lines.filter(({ row }) => !state.hidden.has(row));
    const drawable = (/** @type {number} */ y) => state.isLog && y <= 0 ? null : y;
    const data = shown.length === 0 ? [[0, 1]] : UPlot.join(shown.map(({ xs, ys }) => [xs, ys.map(drawable)]));
    const series = shown.map(({ row, xs }) => ({
      label: nameOf(row),
      stroke: colour(`line-${row % COLOURS}`),
      width: 1.5,
      dash: row >= COLOURS ? [5, 3] : undefined,
      spanGaps: true,
      points: { show: xs.length <= 12, size: 5 },
    }));
    const options = {
      scales: { x: { time: false }, y: state.isLog ? { distr: 3 } : {} },
      axes: [
        axis(bySteps ? { size: 34 } : { size: 34, values: secondsAxis }),
        axis({ size: 58, ...(state.isLog ? { filter: logarithmicLabels } : {}) }),
      ],
      series: [{}, ...series],
      cursor: { focus: { prox: 30 }, drag: { x: true, y: false }, y: false },
      focus: { alpha: 0.25 },
      hooks: {
        setCursor: [(/** @type {any} */ plot) => {
          const { idx } = plot.cursor;
          const place = plot.series.findIndex((/** @type {any} */ one, /** @type {number} */ at) =>
            at > 0 && one._focus
          );
          if (idx === null || idx === undefined) return fill(readout, about);
          const line = shown[place > 0 ? place - 1 : 0];
          if (line === undefined || (place <= 0 && shown.length > 1)) return fill(readout, xText(plot.data[0][idx]));
          const near = nearest(line.xs, plot.data[0][idx]);
          fill(readout, `${nameOf(line.row)}: ${formatValue(line.ys[near])} at ${xText(line.xs[near] ?? 0)}`);
        }],
      },
    };
    return { options, data };
  });
  const figure = element(
    "figure",
    { "aria-label": `${metric}: ${about}` },
    element("figcaption", {}, element("span", { class: "isolated" }, metric), " ", readout),
    host,
  );
  return { figure, chart };
}

/**
 * @param {any} _
 * @param {(number | null)[]} splits
 * @returns {string[]}
 */
function secondsAxis(_, splits) {
  return splits.map((seconds) => seconds === null ? "" : seconds === 0 ? "0" : formatDuration(seconds * 1000));
}

/**
 * @param {readonly number[]} xs
 * @param {number} x
 * @returns {number}
 */
function nearest(xs, x) {
  let best = 0;
  for (const [index, value] of xs.entries()) {
    if (Math.abs(value - x) < Math.abs((xs[best] ?? 0) - x)) best = index;
  }
  return best;
}

/**
 * @param {readonly (readonly number[])[]} lists
 * @returns {[number, number]}
 */
export function extentOf(lists) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (const value of list) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}
