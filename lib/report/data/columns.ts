/**
 * An experiment's runs and curves as JSON for the page's script: by column, numbers as they are shown, repeated texts once.
 * @module
 */
import { Buffer } from "node:buffer";
import type { ExperimentFacts, MetricCell, MetricCurves } from "../facts/shape.ts";
import { shownName } from "../facts/shown.ts";

/** As many as a table shows. */
const SHOWN_DIGITS = 5;

/** A curve can be zoomed into. */
const CURVE_DIGITS = 6;

/** A column as the script reads it. Missing cells are null. */
export type Column =
  & {
    /** "run", "metric" or "param". */
    readonly group: string;
    /** Its head. */
    readonly name: string;
  }
  & (
    | { readonly kind: "text" | "number" | "duration"; readonly values: readonly (string | number | null)[] }
    /** Seconds since `from`, which is in seconds since the epoch. */
    | { readonly kind: "time"; readonly from: number; readonly values: readonly (number | null)[] }
    /** Each value is a place in the words. */
    | { readonly kind: "word"; readonly words: readonly string[]; readonly values: readonly (number | null)[] }
  );

/** JSON for the script, and which columns found no room. */
export interface EncodedExperiment {
  /** `{"columns": [...], "curves": [...]}`. */
  readonly json: string;
  /** Metrics and params that are left out. */
  readonly leftOut: number;
}

/** Encodes an experiment in at most about `mostBytes`, without the columns that find no room. */
export function encodeExperiment({ table, curves }: ExperimentFacts, mostBytes: number): EncodedExperiment {
  if (table === null) return { json: '{"columns":[],"curves":[]}', leftOut: 0 };
  const from = Math.floor(
    table.starts.reduce<number>((least, start) => Math.min(least, start ?? Infinity), Infinity) / 1000,
  );
  const fixed: Column[] = [
    textColumn("run", "Run", table.names),
    textColumn("run", "Status", table.statuses),
    {
      group: "run",
      name: "Start (UTC)",
      kind: "time",
      from: Number.isFinite(from) ? from : 0,
      values: table.starts.map((start) => start === null ? null : Math.floor(start / 1000) - from),
    },
    {
      group: "run",
      name: "Duration",
      kind: "duration",
      values: table.durations.map((duration) => duration === null ? null : Number((duration / 1000).toPrecision(4))),
    },
    textColumn("run", "Run id", table.ids),
  ];
  const others = alternate(
    [...table.metrics].map(([key, cells]) => () => metricColumn(shownName(key), cells, table.ids.length)),
    [...table.params].map(([key, cells]) => () => paramColumn(shownName(key), cells, table.ids.length)),
  );
  const parts = fixed.map((column) => JSON.stringify(column));
  let bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  let leftOut = 0;
  for (const make of others) {
    const part = JSON.stringify(make());
    const more = Buffer.byteLength(part);
    if (bytes + more > mostBytes) leftOut++;
    else {
      bytes += more;
      parts.push(part);
    }
  }
  return { json: `{"columns":[${parts.join(",")}],"curves":${JSON.stringify(curves.map(curveOf))}}`, leftOut };
}

function metricColumn(name: string, cells: readonly MetricCell[], rows: number): Column {
  return {
    group: "metric",
    name,
    kind: "number",
    values: filled(cells, rows, (cell) => typeof cell === "number" ? rounded(cell, SHOWN_DIGITS) : cell),
  };
}

function paramColumn(name: string, cells: readonly (string | undefined)[], rows: number): Column {
  const isNumber = cells.every((cell) => cell === undefined || isPlainNumber(cell));
  if (isNumber) return { group: "param", name, kind: "number", values: filled(cells, rows, Number) };
  return textColumn("param", name, filled(cells, rows, (cell) => cell));
}

function isPlainNumber(text: string): boolean {
  return /^-?\d/.test(text) && Number.isFinite(Number(text)) && Number.isFinite(Number(text) * 1e6);
}

/** Texts as they are, or as places in a list of words where that is shorter. */
function textColumn(group: string, name: string, values: readonly (string | null)[]): Column {
  const words = [...new Set(values.filter((value) => value !== null))];
  if (words.length > values.length / 2 && words.length > 2) return { group, name, kind: "text", values };
  const places = new Map(words.map((word, place) => [word, place]));
  return {
    group,
    name,
    kind: "word",
    words,
    values: values.map((value) => value === null ? null : places.get(value)!),
  };
}

function filled<Cell, Value>(
  cells: readonly (Cell | undefined)[],
  rows: number,
  valueOf: (cell: Cell) => Value,
): (Value | null)[] {
  return Array.from({ length: rows }, (_, row) => {
    const cell = cells[row];
    return cell === undefined ? null : valueOf(cell);
  });
}

function curveOf({ metric, bySteps, lines }: MetricCurves): unknown {
  return {
    metric,
    bySteps,
    lines: lines.map(({ row, xs, ys }) => ({
      row,
      xs: xs.map((x) => bySteps ? x : rounded(x, CURVE_DIGITS)),
      ys: ys.map((y) => rounded(y, CURVE_DIGITS)),
    })),
  };
}

function rounded(value: number, digits: number): number {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return value;
  const result = Number(value.toPrecision(digits));
  // The largest of all numbers has no neighbour to be rounded up to.
  return Number.isFinite(result) ? result : value;
}

function alternate<Item>(a: readonly Item[], b: readonly Item[]): Item[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => [a[index], b[index]]).flat().filter((
    item,
  ) => item !== undefined);
}
