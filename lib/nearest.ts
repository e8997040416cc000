/**
 * Which of the known words a mistyped one was meant to be.
 * @module
 */

/** More slips than this make another word of it. */
const MOST_SLIPS = 2;

/** Letters of a word for which one slip is forgiven. */
const LETTERS_A_SLIP = 3;

/** Returns the known word nearest to one that is not known, or undefined where none is near: at most two slips, in short words one. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let found: string | undefined;
  let fewest = Math.min(MOST_SLIPS, Math.floor(word.length / LETTERS_A_SLIP)) + 1;
  for (const candidate of known) {
    const slips = distance(word, candidate);
    if (slips >= fewest) continue;
    found = candidate;
    fewest = slips;
  }
  return found;
}

/** Letters left out, added, taken for another or swapped with the next, to get from one word to the other. */
export function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(Math.min(
        at(i - 1, j) + 1,
        row[j - 1]! + 1,
        at(i - 1, j - 1) + (isSame ? 0 : 1),
        isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
      ));
    }
    rows.push(row);
  }
  return at(from.length, to.length);

  function at(i: number, j: number): number {
    return rows[i]?.[j] ?? Infinity;
  }
}
