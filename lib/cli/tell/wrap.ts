/**
 * Text in a column.
 * @module
 */
import { widthOf } from "../../visible.ts";

/** Breaks a text into lines of so many columns at most; a word that is longer is broken, too. One line at least. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => pieces(whole, columns))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  const found: string[] = [];
  let piece = "";
  for (const character of word) {
    if (widthOf(piece + character) > columns) {
      found.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...found, piece];
}
