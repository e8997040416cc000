// @ts-check
/// <reference lib="dom" />
/**
 * Parallel coordinates: a line for each run across as many columns as are chosen, in the colour of its last column's value.
 * @module
 */
import { keepDrawn } from "./chart.js";
import { cellText, distinctValues } from "./data.js";
import { colour, element, fill, tick } from "./dom.js";
import { counted } from "./format.js";
import { axisColumns, isSpread, placing, shortWord } from "./scatter.js";

/** @typedef {import("./data.js").Column} Column */
/** @typedef {import("./data.js").Experiment} Experiment */

const PARALLEL_HEIGHT = 320;
const [TOP, BOTTOM, SIDE] = [34, 22, 56];

/** More lines cannot be told apart, and take long. */
const MOST_LINES = 3000;

/** Columns chosen at the beginning. */
const MOST_CHOSEN = 6;

/**
 * @typedef {object} Axis
 * @property {Column} column
 * @property {(row: number) => number} shareOf 0 at the bottom to 1 at the top; NaN where the row has none
 * @property {(share: number) => number} valueAt
 * @property {string[] | null} words
 * @property {string} low
 * @property {string} high
 */

/**
 * The view; `onPick` is given a search that leaves the runs between two values of a column.
 * @param {Experiment} experiment
 * @param {{ name: string, rowsShown: () => readonly number[], onPick: (search: string) => void }} of
 */
export function parallelView({ columns }, { name, rowsShown, onPick }) {
  const choices = axisColumns(columns).filter((column) => distinctValues(column, 1).length > 1);
  const params = choices.filter(({ group }) => group === "param");
  const metrics = choices.filter(({ group }) => group === "metric");
  if (params.length + metrics.length < 2) return null;
  // Metrics last: what came of it all gives the colours.
  const ordered = [...choices.filter(({ group }) => group !== "metric"), ...metrics];
  const chosen = new Set([
    ...params.slice(0, MOST_CHOSEN - 1),
    ...metrics.slice(0, params.length === 0 ? MOST_CHOSEN : 1),
  ]);
  const canvas = element("canvas", { role: "img" });
  const host = element("div", {
    class: "chart scroll",
    tabindex: 0,
    role: "region",
    "aria-label": `Parallel coordinates of ${name}`,
  }, canvas);
  const readout = element("p", { class: "readout muted" });
  /** @type {Axis[]} */
  let axes = [];
  const draw = () => {
    axes = ordered.filter((column) => chosen.has(column)).map(axisOf);
    const rows = rowsShown();
    const lines = rows.length <= MOST_LINES
      ? rows
      : rows.filter((_, place) => place % Math.ceil(rows.length / MOST_LINES) === 0);
    const sampled = lines.length < rows.length
      ? `${counted(lines.length, "run")} of ${counted(rows.length, "run")}, evenly taken`
      : counted(rows.length, "run");
    const last = axes.at(-1);
    const about = last === undefined
      ? ""
      : `${sampled}. Colours run from the lowest to the highest ${last.column.name}.`;
    fill(readout, about);
    canvas.setAttribute("aria-label", `${axes.map(({ column }) => column.name).join(", ")}: ${about}`);
    paint(canvas, Math.max(host.clientWidth, axes.length * 110), axes, lines);
  };
  new ResizeObserver(() => draw()).observe(host);
  pick(canvas, () => axes, onPick);
  const boxes = ordered.map((column) =>
    tick(`${column.name}${column.group === "run" ? "" : ` (${column.group})`}`, chosen.has(column), (isTicked) => {
      if (isTicked) chosen.add(column);
      else chosen.delete(column);
      draw();
    })
  );
  const view = element(
    "div",
    {},
    element("h3", {}, "Parallel coordinates"),
    element(
      "details",
      { class: "choices" },
      element("summary", {}, "Columns"),
      element("div", { class: "boxes" }, ...boxes),
    ),
    host,
    readout,
    element(
      "p",
      { class: "muted hint" },
      "Drag along an axis to search for the runs between two values; the search box above says it in words.",
    ),
  );
  return { view, draw: () => keepDrawn(draw), redraw: draw };
}

/**
 * @param {Column} column
 * @returns {Axis}
 */
function axisOf(column) {
  const { valueOf, words } = placing(column);
  const numbers = column.values.map((_, row) => valueOf(row)).filter(Number.isFinite);
  const [low, high] = numbers.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
    Infinity,
    -Infinity,
  ]);
  const isLog = isSpread(column);
  const bend = isLog ? Math.log : (/** @type {number} */ value) => value;
  const unbend = isLog ? Math.exp : (/** @type {number} */ value) => value;
  const [from, to] = [bend(low), bend(high)];
  const rowOf = (/** @type {number} */ value) => column.values.findIndex((_, row) => valueOf(row) === value);
  return {
    column,
    words,
    shareOf: (row) => to === from ? 0.5 : (bend(valueOf(row)) - from) / (to - from),
    valueAt: (share) => unbend(from + share * (to - from)),
    low: cellText(column, rowOf(low)),
    high: `${cellText(column, rowOf(high))}${isLog ? " (log)" : ""}`,
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {readonly Axis[]} axes
 * @param {readonly number[]} rows
 */
function paint(canvas, width, axes, rows) {
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = PARALLEL_HEIGHT * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${PARALLEL_HEIGHT}px`;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(ratio, ratio);
  pen.clearRect(0, 0, width, PARALLEL_HEIGHT);
  const last = axes.at(-1);
  if (last === undefined) return;
  const xs = placesOf(axes.length, width);
  const [cold, warm] = [colour("cold"), colour("warm")];
  pen.globalAlpha = rows.length > 300 ? 0.25 : rows.length > 50 ? 0.5 : 0.85;
  pen.lineWidth = 1.2;
  for (const row of rows) {
    const share = last.shareOf(row);
    pen.strokeStyle = Number.isFinite(share)
      ? `color-mix(in oklab, ${warm} ${Math.round(share * 100)}%, ${cold})`
      : colour("muted");
    pen.beginPath();
    let isDown = false;
    for (const [place, axis] of axes.entries()) {
      const up = axis.shareOf(row);
      const [x, y] = [xs[place] ?? 0, heightOf(up)];
      if (!Number.isFinite(up)) isDown = false;
      else if (isDown) pen.lineTo(x, y);
      else pen.moveTo(x, y);
      if (Number.isFinite(up)) isDown = true;
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
  for (const [place, axis] of axes.entries()) paintAxis(pen, xs[place] ?? 0, axis);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {Axis} axis
 */
function paintAxis(pen, x, { column, words, low, high }) {
  pen.strokeStyle = colour("muted");
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x, TOP);
  pen.lineTo(x, PARALLEL_HEIGHT - BOTTOM);
  pen.stroke();
  pen.textAlign = "center";
  pen.fillStyle = colour("ink");
  pen.font = "600 11px system-ui, sans-serif";
  pen.fillText(shortWord(column.name), x, 12);
  pen.fillStyle = colour("muted");
  pen.font = "11px system-ui, sans-serif";
  pen.fillText(shortWord(high), x, 27);
  pen.fillText(shortWord(low), x, PARALLEL_HEIGHT - 7);
  if (words === null || words.length > 12) return;
  pen.textAlign = "left";
  for (const [place, word] of words.slice(1, -1).entries()) {
    pen.fillText(shortWord(word), x + 5, heightOf((place + 1) / (words.length - 1)) + 4);
  }
}

/**
 * Dragging along an axis is a search in words.
 * @param {HTMLCanvasElement} canvas
 * @param {() => readonly Axis[]} axesNow
 * @param {(search: string) => void} onPick
 */
function pick(canvas, axesNow, onPick) {
  /** @type {{ axis: Axis, from: number } | null} */
  let drag = null;
  const shareAt = (/** @type {PointerEvent} */ event) =>
    Math.max(0, Math.min(1, 1 - (event.offsetY - TOP) / (PARALLEL_HEIGHT - TOP - BOTTOM)));
  canvas.addEventListener("pointerdown", (event) => {
    const axes = axesNow();
    const xs = placesOf(axes.length, canvas.clientWidth);
    const place = xs.findIndex((x) => Math.abs(x - event.offsetX) < 20);
    const axis = axes[place];
    if (axis === undefined) return;
    drag = { axis, from: shareAt(event) };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (drag === null) return;
    const { axis, from } = drag;
    drag = null;
    const [low, high] = [from, shareAt(event)].sort((a, b) => a - b).map(axis.valueAt);
    if (low === undefined || high === undefined) return;
    const name = /[\s"<>=!]/.test(axis.column.name) ? `"${axis.column.name.replaceAll('"', "")}"` : axis.column.name;
    const word = axis.words?.[Math.round((low + high) / 2)];
    if (word !== undefined) onPick(`${name}="${word}"`);
    else if (high > low) onPick(`${name}>=${Number(low.toPrecision(4))} ${name}<=${Number(high.toPrecision(4))}`);
  });
}

/**
 * @param {number} count
 * @param {number} width
 * @returns {number[]}
 */
function placesOf(count, width) {
  return Array.from({ length: count }, (_, place) => SIDE + (count < 2 ? 0 : place * (width - 2 * SIDE) / (count - 1)));
}

/**
 * @param {number} share
 * @returns {number}
 */
function heightOf(share) {
  return PARALLEL_HEIGHT - BOTTOM - share * (PARALLEL_HEIGHT - TOP - BOTTOM);
}
