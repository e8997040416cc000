import assert from "node:assert/strict";
import { callSiteOf, parseCallSite } from "../../lib/terminal/call_site.ts";
import type { CallSite } from "../../lib/terminal/call_site.ts";

function inner(): CallSite | undefined {
  return callSiteOf(outer);
}

function outer(): CallSite | undefined {
  return inner();
}

Deno.test("callSiteOf() names file and line of the function's caller, however deep it was asked", async () => {
  const limit = Error.stackTraceLimit;
  const here = new Error().stack?.split("\n")[1]?.match(/:(\d+):\d+\)?$/)?.[1];
  assert.deepEqual(outer(), { file: "call_site.test.ts", line: Number(here) + 1 });
  await Promise.resolve();
  assert.deepEqual(outer(), { file: "call_site.test.ts", line: Number(here) + 3 });
  assert.equal(Error.stackTraceLimit, limit);
});

Deno.test("parseCallSite() reads the frames of Deno and Node, on every system", () => {
  const frames: readonly (readonly [frame: string, site: CallSite | undefined])[] = [
    ["file:///home/ml/lib/export/export.ts:212:11", { file: "export.ts", line: 212 }],
    ["async Export.run (file:///home/ml/lib/export/export.ts:7:3)", { file: "export.ts", line: 7 }],
    ["Object.<anonymous> (C:\\tool\\dist\\kiroframe-importer.js:1:99)", { file: "kiroframe-importer.js", line: 1 }],
    ["x [as y] (file:///C:/a%20b/main.ts?v=1:3:1)", { file: "main.ts", line: 3 }],
    ["/usr/lib/x.mjs:5:1", { file: "x.mjs", line: 5 }],
    ["new Promise (<anonymous>)", undefined],
  ];
  for (const [frame, site] of frames) assert.deepEqual(parseCallSite(`Error\n    at ${frame}`), site, frame);
  assert.equal(parseCallSite("Error: at x.ts:1:1"), undefined);
});
