/**
 * Markdown that is written into pages: tables, and what stands between two markers.
 * @module
 */

/** A table; the first row is its head. Cells are padded as deno fmt pads them. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n") + "\n";
}

/**
 * Returns a page with a text between its markers `<!-- name:begin -->` and `<!-- name:end -->`.
 * Throws RangeError when they are not there.
 */
export function withSection(page: string, name: string, text: string): string {
  const [first, last] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const begin = page.indexOf(first);
  const end = page.indexOf(last);
  if (begin === -1 || end < begin) {
    throw new RangeError(`Cannot write the ${name}: expected ${first} and, after it, ${last}`);
  }
  return `${page.slice(0, begin + first.length)}\n\n${text}\n${page.slice(end)}`;
}
