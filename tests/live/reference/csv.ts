/**
 * A reader of CSV for the tests: strict for ours, lenient for the reference's.
 * @module
 */

/** How strictly a file is read. */
export interface CsvOptions {
  /** Whether a carriage return may stand in a cell without quotes, as Python 3.11 writes it. @default {false} */
  readonly allowBareReturn?: boolean;
}

/** Parses a file into rows of cells. Rows end with a line feed, the last one too. Throws a SyntaxError where that is broken. */
export function parseCsv(text: string, options: CsvOptions = {}): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/y;
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    const place = `row ${rows.length + 1}, column ${row.length + 1}: ${JSON.stringify(text.slice(at, at + 60))}`;
    if (found === null) throw new SyntaxError(`Broken CSV at ${place}`);
    const [, quoted, plain = "", end] = found;
    if (plain.includes("\r") && !options.allowBareReturn) {
      throw new SyntaxError(`Carriage return without quotes at ${place}`);
    }
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at = cell.lastIndex;
    if (end === "\n") {
      rows.push(row);
      row = [];
    }
  }
  if (row.length > 0) throw new SyntaxError("The last row does not end");
  const odd = rows.findIndex((cells) => cells.length !== rows[0]?.length);
  if (odd >= 0) throw new SyntaxError(`Row ${odd + 1} has ${rows[odd]?.length} cells, the first ${rows[0]?.length}`);
  return rows;
}

/** Returns each row after the first as a map from column to cell, without the cells that are empty. */
export function toRecords(rows: readonly (readonly string[])[]): Map<string, string>[] {
  const [header = [], ...data] = rows;
  return data.map((cells) =>
    new Map(
      header.map((column, index): [string, string] => [column, cells[index] ?? ""]).filter(([, value]) => value !== ""),
    )
  );
}
