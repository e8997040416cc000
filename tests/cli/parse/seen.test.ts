import assert from "node:assert/strict";
import { seenOn } from "../../../lib/cli/parse/seen.ts";

Deno.test("seenOn() finds the command and --json where the words can be split, else --json alone", () => {
  const cases: readonly (readonly [string, string | null, boolean])[] = [
    ["", "plain", false],
    ["--json", "plain", true],
    ["export --jso --since", null, false],
    ["export --js", "export", true],
    ["export --json --no-json", "export", false],
    ["exprot --json", null, true],
    ["export --no-such --json", null, true],
    ["export --no-such --json --no-json", null, false],
    ["--no-such -- --json", null, false],
  ];
  for (const [line, command, json] of cases) {
    assert.deepEqual(seenOn(line === "" ? [] : line.split(" ")), { command, json }, line);
  }
});
