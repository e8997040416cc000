/** Reads CSV (RFC 4180, "\n" or "\r\n" between records) into rows of cells; throws a SyntaxError where it is not valid. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let i = 0; i < text.length;) {
    let cell = "";
    if (text[i] === '"') {
      for (i++;; i++) {
        if (i >= text.length) throw new SyntaxError("A quoted cell has no end");
        if (text[i] !== '"') cell += text[i];
        else if (text[i + 1] === '"') cell += text[i++];
        else break;
      }
      i++;
    } else {
      while (i < text.length && !",\n\r".includes(text[i] ?? "")) cell += text[i++];
      if (cell.includes('"')) throw new SyntaxError(`A quote inside an unquoted cell: ${cell}`);
    }
    row.push(cell);
    if (text[i] === ",") {
      i++;
      if (i === text.length) row.push("");
      continue;
    }
    if (text[i] === "\r" && text[i + 1] === "\n") i++;
    else if (i < text.length && text[i] !== "\n") {
      throw new SyntaxError(`A cell is followed by ${JSON.stringify(text[i])}`);
    }
    i++;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
