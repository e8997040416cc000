import assert from "node:assert/strict";
import { shownName, shownText } from "../../../lib/report/facts/shown.ts";

Deno.test("shownName() is one line in which nothing hides, reorders or goes on for ever", () => {
  assert.equal(shownName("a\u202eb\n\u0000"), "a\\u202eb\\n\\x00");
  assert.equal(shownName("x".repeat(5000)).length, 100);
  assert.equal(shownName(`${"x".repeat(98)}😀😀`), `${"x".repeat(98)}…`);
});

Deno.test("shownText() keeps lines, and is null for none", () => {
  assert.equal(shownText(" a\r\nb\u202e\n"), "a\nb\\u202e");
  assert.deepEqual([shownText(null), shownText(" \n"), shownText(3)], [null, null, null]);
});
