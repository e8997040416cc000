import assert from "node:assert/strict";
import { wrapped } from "../../../lib/cli/tell/wrap.ts";

Deno.test("wrapped() breaks at blanks, and words that are longer than a line", () => {
  assert.deepEqual(wrapped("", 10), [""]);
  assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapped("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
  assert.deepEqual(wrapped("日本語", 4), ["日本", "語"]);
});
