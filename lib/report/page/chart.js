// @ts-check
/// <reference lib="dom" />
/**
 * What all charts share: uPlot in the page's colours, as wide as there is room, gone on with when the colours change.
 * @module
 */
import { colour, element } from "./dom.js";
import { formatValue } from "./format.js";

/** uPlot, which stands before this script in the page. @type {any} */
export const UPlot = Reflect.get(globalThis, "uPlot");

const FONT = "11px system-ui, sans-serif";

/**
 * A chart that is made anew when it must look different.
 * @typedef {object} Chart
 * @property {() => void} draw makes it, or makes it anew
 * @property {(change: (from: number, to: number) => readonly [number, number]) => void} zoom changes what part of x is seen
 * @property {() => void} reset shows all of x
 */

/** @type {Set<() => void>} */
const DRAWN = new Set();

/**
 * Draws everything anew, in other colours.
 */
export function redrawAll() {
  for (const draw of DRAWN) draw();
}

/**
 * Calls now and whenever the colours change.
 * @param {() => void} draw
 */
export function keepDrawn(draw) {
  DRAWN.add(draw);
  draw();
}

/**
 * A chart inside an element.
 * @param {HTMLElement} host
 * @param {number} height
 * @param {() => { options: any, data: any }} describe
 * @returns {Chart}
 */
export function uPlotChart(host, height, describe) {
  /** @type {any} */
  let plot = null;
  /** @type {[number, number] | null} */
  let all = null;
  const draw = () => {
    plot?.destroy();
    const { options, data } = describe();
    plot = new UPlot(
      { width: Math.max(160, host.clientWidth), height, legend: { show: false }, ...options },
      data,
      host,
    );
    const canvas = host.querySelector("canvas");
    canvas?.setAttribute("role", "presentation");
    all = [plot.scales.x.min, plot.scales.x.max];
  };
  new ResizeObserver(() => {
    const width = Math.max(160, host.clientWidth);
    if (plot !== null && plot.width !== width) plot.setSize({ width, height });
  }).observe(host);
  const show = (/** @type {readonly [number, number]} */ [min, max]) => plot.setScale("x", { min, max });
  return {
    draw,
    zoom: (change) => show(change(plot.scales.x.min, plot.scales.x.max)),
    reset: () => all !== null && show(all),
  };
}

/**
 * The labels of a logarithmic axis: 1, 2 and 5 of each power of ten.
 * @param {any} _
 * @param {(number | null)[]} splits
 * @returns {(number | null)[]}
 */
export function logarithmicLabels(_, splits) {
  return splits.map((split) =>
    split !== null && /^[125]e/.test(Number(split.toPrecision(6)).toExponential()) ? split : null
  );
}

/**
 * An axis in the page's colours.
 * @param {Readonly<Record<string, unknown>>} [given]
 * @returns {any}
 */
export function axis(given = {}) {
  const line = colour("line");
  return {
    stroke: colour("muted"),
    font: FONT,
    labelFont: FONT,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    values: (/** @type {any} */ _, /** @type {(number | null)[]} */ splits) => splits.map(shortValue),
    ...given,
  };
}

/**
 * Buttons that do to charts what a mouse does by dragging.
 * @param {readonly Chart[]} charts
 * @returns {any}
 */
export function zoomButtons(charts) {
  const button = (/** @type {string} */ sign, /** @type {string} */ about, /** @type {() => void} */ act) =>
    element("button", { type: "button", class: "small", "aria-label": about, title: about, click: act }, sign);
  const change = (/** @type {number} */ scale, /** @type {number} */ shift) => () => {
    for (const chart of charts) {
      chart.zoom((from, to) => {
        const [middle, half] = [(from + to) / 2 + (to - from) * shift, (to - from) / 2 * scale];
        return [middle - half, middle + half];
      });
    }
  };
  return element(
    "span",
    { class: "control", role: "group", "aria-label": "Zoom" },
    button("+", "Zoom in", change(0.5, 0)),
    button("−", "Zoom out", change(2, 0)),
    button("←", "Move left", change(1, -0.25)),
    button("→", "Move right", change(1, 0.25)),
    button("All", "Show all", () => charts.forEach((chart) => chart.reset())),
  );
}

/**
 * @param {number | null} value
 * @returns {string}
 */
function shortValue(value) {
  if (value === null) return "";
  const size = Math.abs(value);
  if (size >= 1e6) return value.toExponential().replace("e+", "e");
  return formatValue(Number(value.toPrecision(10)));
}
