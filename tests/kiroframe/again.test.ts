import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InterruptedError } from "../../lib/errors.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { silentProgress } from "../../lib/logger.ts";
import { assertComplete, runLine, TestFolder, totals } from "./folders.ts";

Deno.test("importToKiroframe() again sends nothing that is acknowledged and unchanged", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(2, 3);
  assert.equal(totals(await folder.importTo(sandbox)), "2+0-0 6+0-0 1+0-0");
  const before = sandbox.requestCount;
  assert.equal(totals(await folder.importTo(sandbox)), "0+2-0 0+6-0 0+1-0");
  assert.equal(sandbox.requestCount, before);
});

Deno.test("importToKiroframe() again sends rows that were added or changed, in order", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(2, 3);
  await folder.importTo(sandbox);
  const path = join(folder.path, "runs.json");
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  const changed = lines.map((line) => line.includes('"e1r1"') ? line.replace("FINISHED", "FAILED") : line);
  await folder.writeLines("runs.json", [...changed, runLine("e1", "e1new", { startTime: 2000 })]);
  const before = sandbox.requestCount;
  assert.equal(totals(await folder.importTo(sandbox)), "0+2-0 2+5-0 0+1-0");
  assert.deepEqual(sandbox.requests.slice(before).map(({ rowId }) => rowId), ["e1new", "e1r1"]);
  assert.equal(sandbox.runs.get("e1r1")?.imports, 2);
});

Deno.test("importToKiroframe() leaves out what a lasting store has as acknowledged, and tells both", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using yesterday = await TestFolder.regular(1, 2);
  await using today = await TestFolder.regular(1, 3);
  const store = yesterday.ledger(sandbox);
  await yesterday.importTo(sandbox);
  const result = await today.importTo(sandbox, { store });
  assert.equal(totals(result), "0+1-0 1+2-0 0+1-0");
  assert.equal(sandbox.requests.at(-1)?.rowId, "e0r2");
  assert.equal(store.counts(2).acknowledged, 3);
  assert.equal(today.ledger(sandbox).counts(2).acknowledged, 3);
});

Deno.test("importToKiroframe() stops between rows when it is interrupted, and keeps the row under way", async () => {
  await using sandbox = await startKiroframeSandbox({ latencyMs: 30 });
  await using folder = await TestFolder.regular(2, 10);
  const controller = new AbortController();
  const progress = { ...silentProgress, advance: stopAfterFive };
  let done = 0;
  function stopAfterFive(): void {
    if (++done === 5) controller.abort();
  }
  await assert.rejects(folder.importTo(sandbox, { signal: controller.signal, progress }), InterruptedError);
  const ledger = folder.ledger(sandbox);
  const acknowledged = ledger.counts(1).acknowledged + ledger.counts(2).acknowledged;
  assert.equal(acknowledged, sandbox.requestCount);
  await folder.importTo(sandbox);
  assert.equal(sandbox.requestCount, 2 + 20 + 1);
  assertComplete(sandbox, 2, 10);
});

Deno.test("importToKiroframe() does not wait for a stalled server when it is interrupted", async () => {
  await using sandbox = await startKiroframeSandbox({ faults: [{ action: { kind: "stall" } }] });
  await using folder = await TestFolder.regular(1, 1);
  const signal = AbortSignal.timeout(50);
  await assert.rejects(folder.importTo(sandbox, { signal, graceMs: 10 }), InterruptedError);
});

Deno.test("importToKiroframe() sends nothing when it is interrupted before it begins", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(1, 1);
  await assert.rejects(folder.importTo(sandbox, { signal: AbortSignal.abort() }), InterruptedError);
  assert.equal(sandbox.requestCount, 0);
});

Deno.test("importToKiroframe() interrupted again and again sends each row in order until all are there", async () => {
  await using sandbox = await startKiroframeSandbox({ latencyMs: 1 });
  await using folder = await TestFolder.regular(3, 8);
  let attempts = 0;
  for (let isDone = false; !isDone; attempts++) {
    const controller = new AbortController();
    let rows = 0;
    const progress = {
      ...silentProgress,
      advance(): void {
        rows++;
        if (rows > attempts * 2) controller.abort();
      },
    };
    isDone = await folder.importTo(sandbox, { signal: controller.signal, progress, graceMs: attempts % 3 }).then(
      () => true,
      (error) => assert.ok(error instanceof InterruptedError) ?? false,
    );
  }
  assert.ok(attempts > 3);
  assertComplete(sandbox, 3, 8);
});
