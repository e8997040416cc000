// @ts-check
/**
 * An experiment's data, read back from the page: see lib/report/data/columns.ts for how it is written.
 * @module
 */
import { formatDuration, formatTime, formatValue } from "./format.js";

/**
 * A column of runs; values are null where a run has none.
 * @typedef {object} Column
 * @property {string} group "run", "metric" or "param"
 * @property {string} name
 * @property {string} kind "text", "number", "time" (seconds since the epoch) or "duration" (seconds)
 * @property {readonly (string | number | null)[]} values
 */

/** @typedef {{ metric: string, bySteps: boolean, lines: { row: number, xs: number[], ys: number[] }[] }} Curves */

/** @typedef {{ columns: Column[], curves: Curves[], rows: number }} Experiment */

/**
 * Reads an experiment.
 * @param {string} json
 * @returns {Experiment}
 */
export function readExperiment(json) {
  const { columns, curves } = JSON.parse(json);
  const order = ["run", "metric", "param"];
  const read = columns.map(readColumn).sort((/** @type {Column} */ a, /** @type {Column} */ b) =>
    order.indexOf(a.group) - order.indexOf(b.group)
  );
  return { columns: read, curves, rows: read[0]?.values.length ?? 0 };
}

/**
 * @param {any} column
 * @returns {Column}
 */
function readColumn({ group, name, kind, values, words, from }) {
  if (kind === "word") {
    return { group, name, kind: "text", values: values.map((/** @type {any} */ place) => words[place] ?? null) };
  }
  if (kind === "time") {
    return { group, name, kind, values: values.map((/** @type {any} */ time) => time === null ? null : from + time) };
  }
  return { group, name, kind, values };
}

/**
 * A cell as it is shown.
 * @param {Column} column
 * @param {number} row
 * @returns {string}
 */
export function cellText({ kind, values }, row) {
  const value = values[row] ?? null;
  if (kind === "time") return formatTime(value === null ? null : Number(value) * 1000, "second");
  if (kind === "duration") return formatDuration(value === null ? null : Number(value) * 1000);
  if (kind === "number") return formatValue(value);
  return value === null ? "" : String(value);
}

/**
 * A cell as a number; NaN where it is none.
 * @param {Column} column
 * @param {number} row
 * @returns {number}
 */
export function cellNumber({ values }, row) {
  const value = values[row];
  return typeof value === "number" ? value : NaN;
}

/**
 * Whether a column has numbers.
 * @param {Column} column
 * @returns {boolean}
 */
export function isNumeric({ kind }) {
  return kind !== "text";
}

/**
 * Rows sorted by a column. Numbers come before texts such as NaN; rows without a value come last in both directions.
 * @param {readonly number[]} rows
 * @param {Column} column
 * @param {boolean} isDescending
 * @returns {number[]}
 */
export function sortedRows(rows, column, isDescending) {
  const { values } = column;
  const collator = new Intl.Collator("en", { numeric: true });
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [values[a] ?? null, values[b] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b;
    if (typeof left === "number" && typeof right === "number") return (left - right) * sign || a - b;
    if (typeof left !== typeof right) return typeof left === "number" ? -1 : 1;
    return collator.compare(String(left), String(right)) * sign || a - b;
  });
}

/**
 * The distinct values of a column, at most `most` + 1 of them, in order.
 * @param {Column} column
 * @param {number} most
 * @returns {(string | number)[]}
 */
export function distinctValues({ values }, most) {
  /** @type {Set<string | number>} */
  const found = new Set();
  for (const value of values) {
    if (value !== null) found.add(value);
    if (found.size > most) break;
  }
  const collator = new Intl.Collator("en", { numeric: true });
  return [...found].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b))
  );
}
