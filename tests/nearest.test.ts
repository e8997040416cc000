import assert from "node:assert/strict";
import { distance, nearest } from "../lib/nearest.ts";

Deno.test("distance() counts letters left out, added, taken for another and swapped", () => {
  const pairs = [["", ""], ["a", ""], ["abc", "ac"], ["abc", "abcd"], ["abc", "axc"], ["abcd", "acbd"], ["abc", "xyz"]];
  assert.deepEqual(pairs.map(([from = "", to = ""]) => distance(from, to)), [0, 1, 1, 1, 1, 1, 3]);
});

Deno.test("nearest() finds the word that was meant, and none where another word is meant", () => {
  const known = ["--tracking-url", "--base-dir", "--shard"];
  assert.equal(nearest("--trackng-ulr", known), "--tracking-url");
  assert.equal(nearest("--bse-dir", known), "--base-dir");
  assert.equal(nearest("--bogus", known), undefined);
  assert.equal(nearest("shrd", ["shard"]), "shard");
  assert.equal(nearest("hrd", ["shard"]), undefined);
});
