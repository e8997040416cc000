/**
 * Comparisons that say where two things part, in few lines however large they are.
 * @module
 */
import { AssertionError } from "node:assert/strict";

/** Characters shown on each side of a difference. */
const context = 100;

/** Differing lines shown at most. */
const shownLines = 3;

/** Fails unless both lists hold the same lines in the same order. */
export function assertSameLines(ours: readonly string[], expected: readonly string[], what: string): void {
  const differing: string[] = [];
  let count = 0;
  for (let index = 0; index < Math.max(ours.length, expected.length); index++) {
    if (ours[index] === expected[index]) continue;
    count++;
    if (differing.length < shownLines) {
      differing.push(`line ${index + 1}\n${describeDifference(ours[index], expected[index])}`);
    }
  }
  if (count === 0) return;
  throw new AssertionError({
    message: `${what}: ${count} of ${expected.length} lines differ (ours has ${ours.length})\n${differing.join("\n")}`,
  });
}

/** Fails unless both texts are the same. */
export function assertSameText(ours: string, expected: string, what: string): void {
  assertSameLines([ours], [expected], what);
}

function describeDifference(ours: string | undefined, expected: string | undefined): string {
  if (ours === undefined || expected === undefined) {
    return `  ours     ${ours?.slice(0, 2 * context) ?? "(none)"}\n  expected ${
      expected?.slice(0, 2 * context) ?? "(none)"
    }`;
  }
  let at = 0;
  while (at < ours.length && ours[at] === expected[at]) at++;
  const from = Math.max(0, at - context);
  const show = (text: string): string => JSON.stringify(text.slice(from, at + context));
  return `  at character ${at} of ${expected.length}, it begins ${JSON.stringify(expected.slice(0, context))}\n` +
    `  ours     ${show(ours)}\n  expected ${show(expected)}`;
}
