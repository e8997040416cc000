/**
 * Untrusted text (names, tags, a server's words) for one line of a terminal or a log.
 * @module
 */

// C0 and C1 controls, DEL, line separators, characters that reorder or hide text, and halves of surrogate pairs.
const UNSAFE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Returns the text with everything that could move a cursor, start a line, reorder or hide text written visibly:
 * a newline as `\n`, an escape as `\x1b`, others as `\u202e`.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** Longer text of a user is cut in messages. In UTF-16 units. */
const MAX_QUOTED = 100;

/**
 * Returns what a user typed as a message quotes it: in one line, in quotes, cut where it is long, and without user and password of an
 * address. Up to the last @: the password of an ill-formed address may hold anything.
 */
export function quoted(text: string): string {
  const bare = text.replace(/(:[/\\]+).*@/s, "$1***@");
  return `"${visible(bare.length > MAX_QUOTED ? `${bare.slice(0, MAX_QUOTED)}...` : bare)}"`;
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return SHORT[character] ??
    (code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`);
}

/** Returns the columns that a text without control characters takes at most: from U+1100 on, a character may take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
  return width;
}

/** Returns the longest beginning of the text that fits the columns, ended by "..." where it was cut. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const room = columns - 3;
  if (room < 1) return "";
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > room) break;
    kept += character;
  }
  return `${kept}...`;
}
