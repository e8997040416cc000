/**
 * Names and texts from servers, as they may be shown.
 * @module
 */
import { visible } from "../../visible.ts";

/** Longer names are cut. */
const MOST_NAME = 100;

/** Longer descriptions are cut. */
const MOST_TEXT = 1500;

/** A name in one line: nothing in it hides or reorders text. */
export function shownName(text: unknown, most = MOST_NAME): string {
  return cut(visible(String(text ?? "")), most);
}

/** A text of many lines; null for none. */
export function shownText(text: unknown): string | null {
  if (typeof text !== "string" || text.trim() === "") return null;
  return cut(text.trim().split(/\r\n|[\n\r\u2028\u2029]/).map(visible).join("\n"), MOST_TEXT);
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Never half of a surrogate pair.
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
