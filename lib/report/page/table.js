// @ts-check
/// <reference lib="dom" />
/**
 * The table of runs: searched, sorted, and shown a page at a time.
 * @module
 */
import { cellText, isNumeric, sortedRows } from "./data.js";
import { element, fill, labelled, tick } from "./dom.js";
import { counted, formatCount } from "./format.js";
import { searchRows } from "./search.js";

/** @typedef {import("./data.js").Column} Column */
/** @typedef {import("./data.js").Experiment} Experiment */

const ROWS = 20;

/** Columns of each group that are shown at the beginning. */
const MOST_SHOWN = { run: 4, metric: 6, param: 5 };

/** Typing is waited for, so that a search of many runs does not hold it up. */
const WAIT_MS = 120;

/**
 * The table; `onSearch` is told when other rows are left.
 * @param {Experiment} experiment
 * @param {{ name: string, runsInAll: number }} of
 * @param {() => void} onSearch
 */
export function tableView({ columns, rows }, { name, runsInAll }, onSearch) {
  const counts = { run: 0, metric: 0, param: 0 };
  const state = {
    found: Array.from({ length: rows }, (_, row) => row),
    sorted: /** @type {number[]} */ ([]),
    by: /** @type {Column | null} */ (null),
    isDescending: false,
    page: 0,
    shown: new Set(columns.filter(({ group }) => {
      const kind = /** @type {keyof typeof counts} */ (group);
      return counts[kind]++ < MOST_SHOWN[kind];
    })),
  };
  state.sorted = state.found;
  const table = element("table");
  const status = element("p", { class: "muted", role: "status" });
  const pages = element("div", { class: "tools" });
  const search = element("input", {
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "words, or accuracy > 0.9",
  });

  const show = () => {
    const shown = columns.filter((column) => state.shown.has(column));
    const last = Math.max(0, Math.ceil(state.sorted.length / ROWS) - 1);
    state.page = Math.min(state.page, last);
    const from = state.page * ROWS;
    const body = state.sorted.slice(from, from + ROWS).map((row) =>
      element("tr", {}, ...shown.map((column, place) => cell(column, row, place)))
    );
    fill(
      table,
      element("caption", {}, "Runs; metrics are the latest values"),
      element("thead", {}, element("tr", {}, ...shown.map(head))),
      element("tbody", {}, ...body),
    );
    const left = runsInAll > rows ? `; the newest ${formatCount(rows)} of ${formatCount(runsInAll)} are here` : "";
    fill(
      status,
      state.found.length === rows
        ? `${counted(rows, "run")}${left}`
        : `${formatCount(state.found.length)} of ${counted(rows, "run")} found${left}`,
    );
    const turn = (/** @type {string} */ text, /** @type {number} */ page) =>
      element("button", {
        type: "button",
        class: "small",
        disabled: page < 0 || page > last || page === state.page,
        click: () => {
          state.page = page;
          show();
        },
      }, text);
    fill(
      pages,
      ...(last === 0 ? [] : [
        turn("First", 0),
        turn("Previous", state.page - 1),
        element("span", {}, `${formatCount(from + 1)} to ${formatCount(Math.min(from + ROWS, state.sorted.length))}`),
        turn("Next", state.page + 1),
        turn("Last", last),
      ]),
    );
  };
  const sort = () => {
    state.sorted = state.by === null ? state.found : sortedRows(state.found, state.by, state.isDescending);
    state.page = 0;
    show();
  };
  /** @param {Column} column */
  const head = (column) => {
    const isSorted = state.by === column;
    return element(
      "th",
      {
        scope: "col",
        class: isNumeric(column) && column.kind !== "time" ? "number" : null,
        "aria-sort": isSorted ? (state.isDescending ? "descending" : "ascending") : null,
      },
      element("button", {
        type: "button",
        class: "sort isolated",
        click: () => {
          state.isDescending = isSorted ? !state.isDescending : false;
          state.by = column;
          sort();
          // The button was made anew: whoever uses the keyboard stays where they were.
          const place = columns.filter((one) => state.shown.has(one)).indexOf(column);
          table.querySelectorAll("thead button")[place]?.focus();
        },
      }, column.name),
    );
  };
  const find = () => {
    state.found = searchRows(search.value, columns, rows);
    sort();
    onSearch();
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, WAIT_MS);
  });
  show();

  const choices = columns.map((column) =>
    tick(`${column.name}${column.group === "run" ? "" : ` (${column.group})`}`, state.shown.has(column), (isTicked) => {
      if (isTicked) state.shown.add(column);
      else state.shown.delete(column);
      show();
    })
  );
  const view = element(
    "div",
    {},
    element("h3", {}, "Runs"),
    element("div", { class: "tools" }, labelled("Search runs", search, "control search")),
    element(
      "details",
      { class: "choices" },
      element("summary", {}, "Columns"),
      element("div", { class: "boxes" }, ...choices),
    ),
    status,
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Table of runs of ${name}` }, table),
    pages,
  );
  return {
    view,
    rowsShown: () => state.found,
    search: (/** @type {string} */ text) => {
      search.value = `${search.value} ${text}`.trim();
      find();
    },
  };
}

/**
 * @param {Column} column
 * @param {number} row
 * @param {number} place
 * @returns {any}
 */
function cell(column, row, place) {
  const text = cellText(column, row);
  if (place === 0) return element("th", { scope: "row", class: "isolated" }, text);
  if (column.name === "Status" && column.group === "run") {
    const known = ["FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED"].includes(text);
    return element(
      "td",
      {},
      element("span", { class: `status is-${known ? text.toLowerCase() : "other"}` }, text.toLowerCase()),
    );
  }
  if (column.kind === "time") return element("td", { class: "time" }, text);
  if (isNumeric(column)) return element("td", { class: "number" }, text);
  const isId = column.name === "Run id" && column.group === "run";
  return element("td", { class: isId ? "id" : "isolated", title: text }, text);
}
