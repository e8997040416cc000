import assert from "node:assert/strict";
import { checksText } from "../../../lib/cli/tell/checks.ts";
import type { Check } from "../../../lib/shapes/checks.ts";
import { widthOf } from "../../../lib/visible.ts";

const GOOD: Check = { part: "MLflow", check: "reachable", state: "ok", found: "there", hint: null, exit_code: 0 };

Deno.test("checksText() writes a line a check and what to do, within 80 columns, whatever names hold", () => {
  const text = checksText([
    GOOD,
    { ...GOOD, check: "account", state: "note", found: "no admin", hint: "Give another" },
    {
      part: "Kiroframe",
      check: "reachable",
      state: "fault",
      found: `\u001b[2J\n${"x".repeat(200)} 日本語${"語".repeat(60)}`,
      hint: "Look ".repeat(40),
      exit_code: 5,
    },
  ]);
  assert.ok(text.startsWith(
    "MLflow\n  ok     reachable       there\n  note   account         no admin\n" +
      "                         -> Give another\n\nKiroframe\n  fault  reachable       ",
  ));
  assert.match(text, /\n1 of 3 checks failed\. Nothing was written or sent\.\n$/);
  for (const line of text.split("\n")) assert.ok(widthOf(line) <= 80, line);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f]/);
});

Deno.test("checksText() says that all is well", () => {
  assert.match(checksText([GOOD]), /\nAll 1 checks passed\. Nothing was written or sent\.\n$/);
  assert.match(checksText([GOOD, { ...GOOD, state: "note" }]), /\nAll 2 checks passed, 1 with a note\. /);
});
