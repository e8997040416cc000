import assert from "node:assert/strict";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { arrivals, experimentLine, runLine, TestFolder } from "./folders.ts";

Deno.test("importToKiroframe() with one lane sends experiments, runs.json reversed, then models", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(3, 2);
  const result = await folder.importTo(sandbox, { concurrency: 1 });
  assert.deepEqual(arrivals(sandbox), [
    "e0",
    "e1",
    "e2",
    ...["e2r0", "e2r1", "e1r0", "e1r1", "e0r0", "e0r1"],
    "models",
  ]);
  assert.deepEqual(sandbox.violations, []);
  assert.deepEqual(result, {
    experiments: { sent: 3, skipped: 0, failed: 0 },
    runs: { sent: 6, skipped: 0, failed: 0 },
    models: { sent: 1, skipped: 0, failed: 0 },
    runsByExperiment: new Map(["e2", "e1", "e0"].map((id) => [id, { sent: 2, skipped: 0, failed: 0 }])),
    nonFiniteValues: 0,
    thinnedPoints: 0,
    firstFailures: [],
  });
});

Deno.test("importToKiroframe() sends experiments side by side, each strictly oldest first", async () => {
  await using sandbox = await startKiroframeSandbox({ latencyMs: 4 });
  await using folder = await TestFolder.regular(4, 6);
  await folder.importTo(sandbox, { concurrency: 3 });
  assert.deepEqual(sandbox.violations, []);
  const runs = arrivals(sandbox).filter((id) => id?.includes("r"));
  for (const experiment of ["e0", "e1", "e2", "e3"]) {
    const own = runs.filter((id) => id?.startsWith(experiment));
    assert.deepEqual(own, Array.from({ length: 6 }, (_, number) => `${experiment}r${number}`));
  }
  assert.notDeepEqual(runs.slice(0, 6).map((id) => id?.slice(0, 2)), Array(6).fill("e3"));
  assert.ok(runs.findIndex((id) => id?.startsWith("e0")) > runs.findIndex((id) => id === "e1r0"));
});

Deno.test("importToKiroframe() sends no run before every experiment, and models last", async () => {
  await using sandbox = await startKiroframeSandbox({ latencyMs: 2 });
  await using folder = await TestFolder.regular(5, 1);
  await folder.importTo(sandbox, { concurrency: 8 });
  const types = sandbox.requests.map(({ importType }) => importType);
  assert.deepEqual(types, [...types].sort());
});

Deno.test("importToKiroframe() starts the next run of an experiment only when the last one is answered", async () => {
  await using sandbox = await startKiroframeSandbox({
    faults: [{ match: ({ rowId }) => rowId === "e0r0", times: 2, action: { kind: "status", status: 503 } }],
  });
  await using folder = await TestFolder.regular(1, 2);
  await folder.importTo(sandbox);
  assert.deepEqual(arrivals(sandbox), ["e0", "e0r0", "e0r0", "e0r0", "e0r1", "models"]);
});

Deno.test("importToKiroframe() keeps lanes apart in a file that is not grouped by experiment", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.write({
    experiments: ["a", "b"].map(experimentLine),
    runs: [["a", 4], ["b", 3], ["a", 2], ["b", 1]].map(([id, age]) =>
      runLine(`${id}`, `${id}${age}`, { startTime: Number(age) })
    ),
  });
  await folder.importTo(sandbox, { concurrency: 1 });
  assert.deepEqual(arrivals(sandbox).slice(2, 6), ["b1", "b3", "a2", "a4"]);
  assert.deepEqual(sandbox.violations, []);
});
