/**
 * runs.csv, made from the spool in two passes: one for the columns, one for the rows.
 * @module
 */
import { stringify } from "csv-stringify/sync";

/** A run's cells by column. */
export type Cells = readonly (readonly [column: string, cell: string])[];

const GROUPS = ["metrics.", "params.", "tags."] as const;

/** A stringifier is made for each call: for so many lines that this does not count, and few enough for any count of columns. */
const LINES_AT_ONCE = 100;

/**
 * Gives the text of runs.csv in pieces: the fixed columns, then those of metrics, params and tags, each group in the order in which
 * the rows show them. `rows` is called twice and must give the same rows in the file's order.
 */
export function* runsCsv(fixed: readonly string[], rows: () => Iterable<Cells>): Generator<string> {
  const columns = columnIndex(fixed, rows());
  yield csvLine([...columns.keys()]);
  let lines: string[][] = [];
  for (const cells of rows()) {
    const line = new Array<string>(columns.size).fill("");
    for (const [column, cell] of cells) line[columns.get(column) ?? 0] = cell;
    if (lines.push(line) < LINES_AT_ONCE) continue;
    yield csvLines(lines);
    lines = [];
  }
  yield csvLines(lines);
}

/** One CSV line with its newline: cells quoted where they hold a comma, a quote or a line break. */
export function csvLine(cells: readonly string[]): string {
  return csvLines([cells as string[]]);
}

function csvLines(lines: string[][]): string {
  return stringify(lines, { record_delimiter: "\n", quoted_match: /[\r\n]/ });
}

function columnIndex(fixed: readonly string[], rows: Iterable<Cells>): Map<string, number> {
  const groups = GROUPS.map(() => new Set<string>());
  for (const cells of rows) {
    for (const [column] of cells) {
      const group = GROUPS.findIndex((prefix) => column.startsWith(prefix));
      groups[group]?.add(column);
    }
  }
  const names = [...fixed, ...groups.flatMap((group) => [...group])];
  return new Map(names.map((name, i) => [name, i]));
}
