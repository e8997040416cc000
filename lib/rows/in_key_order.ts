/**
 * Texts by key in one order: what servers and stores give in orders of their own is to be the same text all the same.
 * @module
 */
import { compareCodePoints } from "./tally.ts";

/** Sorts by key, by code point. */
export function inKeyOrder(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...texts].sort(([a], [b]) => compareCodePoints(a, b)));
}
