// @ts-check
/// <reference lib="dom" />
/**
 * One column against another: a param against a metric, to begin with.
 * @module
 */
import { axis, keepDrawn, logarithmicLabels, uPlotChart, zoomButtons } from "./chart.js";
import { cellNumber, cellText, distinctValues, isNumeric } from "./data.js";
import { chooser, colour, element, fill, labelled, tick } from "./dom.js";
import { counted, formatCount, formatDuration, formatTime } from "./format.js";

/** @typedef {import("./data.js").Column} Column */
/** @typedef {import("./data.js").Experiment} Experiment */

const SCATTER_HEIGHT = 320;

/** Words in a column are places on an axis only where there are no more than these. */
export const MOST_WORDS = 24;

/** A point within so many pixels is the one that is pointed at. */
const REACH = 24;

/**
 * The columns that an axis can show.
 * @param {readonly Column[]} columns
 * @returns {Column[]}
 */
export function axisColumns(columns) {
  return columns.filter((column) => {
    if (isNumeric(column)) return column.values.some((value) => typeof value === "number");
    return distinctValues(column, MOST_WORDS).length <= MOST_WORDS;
  });
}

/**
 * Where a row lies along a column: its number, or its word's place among the words.
 * @param {Column} column
 * @returns {{ valueOf: (row: number) => number, words: string[] | null }}
 */
export function placing(column) {
  if (isNumeric(column)) return { valueOf: (row) => cellNumber(column, row), words: null };
  const words = distinctValues(column, MOST_WORDS).map(String);
  const places = new Map(words.map((word, place) => [word, place]));
  return { valueOf: (row) => places.get(String(column.values[row])) ?? NaN, words };
}

/**
 * Whether a column is spread over powers of ten, as learning rates are: most of it lies near its lower end.
 * @param {Column} column
 * @returns {boolean}
 */
export function isSpread({ kind, values }) {
  if (kind !== "number") return false;
  const numbers = values.filter((value) => typeof value === "number").sort((a, b) => a - b);
  const [low, middle, high] = [numbers[0] ?? 0, numbers[Math.floor(numbers.length / 2)] ?? 0, numbers.at(-1) ?? 0];
  return low > 0 && high / low >= 50 && middle < low + (high - low) / 8;
}

/**
 * The view; `rowsShown` gives the rows that the search leaves.
 * @param {Experiment} experiment
 * @param {() => readonly number[]} rowsShown
 */
export function scatterView({ columns }, rowsShown) {
  const choices = axisColumns(columns);
  const names = columns[0];
  const metrics = choices.filter(({ group, values }) =>
    group === "metric" && values.filter((value) => typeof value === "number").length > 1
  );
  if (metrics.length === 0 || names === undefined) return null;
  const varied = choices.find((column) => column.group === "param" && distinctValues(column, 1).length > 1);
  const [x, y] = [varied ?? choices.find(({ kind }) => kind === "time") ?? choices[0], metrics[0]];
  const isLog = (/** @type {Column | undefined} */ column) => column !== undefined && isSpread(column);
  const state = { x, y, logX: isLog(x), logY: isLog(y) };
  const host = element("div", { class: "chart" });
  const readout = element("p", { class: "readout muted", "aria-live": "polite" });
  const chart = uPlotChart(host, SCATTER_HEIGHT, () => {
    const [x, y] = [/** @type {Column} */ (state.x), /** @type {Column} */ (state.y)];
    const [across, up] = [placing(x), placing(y)];
    const isDrawable = (/** @type {number} */ value, /** @type {boolean} */ isLog) =>
      Number.isFinite(value) && !(isLog && value <= 0);
    const [logX, logY] = [state.logX && across.words === null, state.logY && up.words === null];
    const points = rowsShown().map((row) => ({ row, x: across.valueOf(row), y: up.valueOf(row) }))
      .filter((point) => isDrawable(point.x, logX) && isDrawable(point.y, logY)).sort((a, b) => a.x - b.x);
    const about = `${formatCount(points.length)} of ${counted(rowsShown().length, "run")} have both.`;
    fill(readout, about);
    const fillColour = colour("line-0");
    const scale = (/** @type {string[] | null} */ words, /** @type {boolean} */ isLog) => ({
      time: false,
      distr: isLog ? 3 : 1,
      range: words === null
        ? (/** @type {any} */ _, /** @type {number} */ min, /** @type {number} */ max) => roomAround(min, max, isLog)
        : [-0.5, words.length - 0.5],
    });
    const options = {
      scales: { x: scale(across.words, logX), y: scale(up.words, logY) },
      axes: [
        axis({
          label: x.name,
          labelSize: 18,
          size: 34,
          ...axisWords(x, across.words),
          ...(logX ? { filter: logarithmicLabels } : {}),
        }),
        axis({
          label: y.name,
          labelSize: 20,
          size: 64,
          ...axisWords(y, up.words),
          ...(logY ? { filter: logarithmicLabels } : {}),
        }),
      ],
      series: [{}, {
        stroke: fillColour,
        paths: () => null,
        points: {
          show: true,
          size: points.length > 2000 ? 4 : 7,
          fill: `color-mix(in srgb, ${fillColour} 45%, transparent)`,
          width: 1,
        },
      }],
      cursor: { drag: { x: true, y: true }, points: { show: false } },
      hooks: {
        setCursor: [(/** @type {any} */ plot) => {
          const { left, top } = plot.cursor;
          let [best, bestDistance] = [/** @type {typeof points[number] | undefined} */ (undefined), REACH ** 2];
          if (left >= 0) {
            for (const point of points) {
              const distance = (plot.valToPos(point.x, "x") - left) ** 2 + (plot.valToPos(point.y, "y") - top) ** 2;
              if (distance < bestDistance) [best, bestDistance] = [point, distance];
            }
          }
          fill(
            readout,
            best === undefined
              ? about
              : `${cellText(names, best.row)}: ${x.name} ${cellText(x, best.row)}, ${y.name} ${cellText(y, best.row)}`,
          );
        }],
      },
    };
    return { options, data: [points.map((point) => point.x), points.map((point) => point.y)] };
  });
  const choose = (/** @type {"x" | "y"} */ which) =>
    chooser(choices.map(titleOf), choices.indexOf(/** @type {Column} */ (state[which])), (place) => {
      state[which] = /** @type {Column} */ (choices[place]);
      chart.draw();
    });
  const logarithmic = (/** @type {"logX" | "logY"} */ which, /** @type {string} */ text) =>
    tick(text, state[which], (isTicked) => {
      state[which] = isTicked;
      chart.draw();
    });
  const view = element(
    "div",
    {},
    element("h3", {}, "One against another"),
    element(
      "div",
      { class: "tools" },
      labelled("Across", choose("x")),
      logarithmic("logX", "logarithmic across"),
      labelled("Up", choose("y")),
      logarithmic("logY", "logarithmic up"),
      zoomButtons([chart]),
    ),
    host,
    readout,
  );
  return { view, draw: () => keepDrawn(chart.draw), redraw: chart.draw };
}

/**
 * A little more than a range, so that no point lies on the edge.
 * @param {number | null} min
 * @param {number | null} max
 * @param {boolean} isLog
 * @returns {[number, number]}
 */
function roomAround(min, max, isLog) {
  if (min === null || max === null) return isLog ? [1, 10] : [0, 1];
  if (isLog) return [min / 1.25, max * 1.25];
  const room = max > min ? (max - min) * 0.04 : Math.abs(max) * 0.1 || 1;
  return [min - room, max + room];
}

/**
 * @param {Column} column
 * @returns {string}
 */
function titleOf({ group, name }) {
  return group === "run" ? name : `${name} (${group})`;
}

/**
 * @param {Column} column
 * @param {string[] | null} words
 */
function axisWords({ kind }, words) {
  const each = (/** @type {(value: number) => string} */ text) => ({
    values: (/** @type {any} */ _, /** @type {(number | null)[]} */ splits) =>
      splits.map((value) => value === null ? "" : text(value)),
  });
  if (words !== null) {
    return { splits: () => words.map((_, place) => place), ...each((place) => shortWord(words[place] ?? "")) };
  }
  if (kind === "time") return { space: 90, ...each((seconds) => formatTime(seconds * 1000)) };
  if (kind === "duration") return each((seconds) => formatDuration(seconds * 1000));
  return {};
}

/**
 * @param {string} word
 * @returns {string}
 */
export function shortWord(word) {
  return word.length > 14 ? `${word.slice(0, 13)}…` : word;
}
