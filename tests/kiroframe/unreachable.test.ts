import assert from "node:assert/strict";
import { AppError, IncompleteError, RefusedError, UnreachableError } from "../../lib/errors.ts";
import { matchShare } from "../../sandbox/faults.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { silentLogger } from "../../lib/logger.ts";
import { answer, assertComplete, experimentLine, pointList, runLine, TestFolder, totals } from "./folders.ts";

for (const status of [400, 404, 409, 413, 422, 500]) {
  Deno.test(`importToKiroframe() records a row that is answered ${status}, goes on, and sends it again later`, async () => {
    await using sandbox = await startKiroframeSandbox({ faults: [answer(status, ["e0r1"])] });
    await using folder = await TestFolder.regular(2, 3);
    const result = await folder.importTo(sandbox);
    assert.equal(totals(result), "2+0-0 5+0-1 1+0-0");
    assert.deepEqual(result.runsByExperiment.get("e0"), { sent: 2, skipped: 0, failed: 1 });
    const [failure, ...more] = folder.ledger(sandbox).failures();
    assert.deepEqual(more, []);
    assert.deepEqual([failure?.importType, failure?.rowId, failure?.httpStatus], [2, "e0r1", status]);
    assert.match(failure?.words ?? "", new RegExp(`no ${status}`));
    assert.deepEqual(result.firstFailures.map(({ rowId, httpStatus }) => [rowId, httpStatus]), [["e0r1", status]]);
    const attempts = sandbox.requests.filter(({ rowId }) => rowId === "e0r1").length;
    assert.equal(attempts, status === 500 ? 3 : 1);
    sandbox.setFaults([]);
    assert.equal(totals(await folder.importTo(sandbox)), "0+2-0 1+5-0 0+1-0");
    assert.deepEqual([...folder.ledger(sandbox).failures()], []);
    assert.equal(sandbox.runs.size, 6);
    assert.deepEqual(sandbox.violations, []);
  });
}

for (const status of [401, 403]) {
  Deno.test(`importToKiroframe() ends at once at a ${status}, and keeps what was acknowledged`, async () => {
    await using sandbox = await startKiroframeSandbox({ faults: [answer(status, ["e0r1"])] });
    await using folder = await TestFolder.regular(1, 4);
    await assert.rejects(folder.importTo(sandbox), RefusedError);
    assert.equal(sandbox.requests.at(-1)?.rowId, "e0r1");
    sandbox.setFaults([]);
    assert.equal(totals(await folder.importTo(sandbox)), "0+1-0 3+1-0 1+0-0");
    assertComplete(sandbox, 1, 4);
  });
}

Deno.test("importToKiroframe() loses nothing where a share of all requests fails at random", async () => {
  await using sandbox = await startKiroframeSandbox({
    faults: [
      { match: matchShare(0.1, 7), action: { kind: "status", status: 503 } },
      { match: matchShare(0.2, 8), applied: true, action: { kind: "reset" } },
    ],
  });
  await using folder = await TestFolder.regular(4, 10);
  const retry = { retries: 12, baseDelayMs: 1, maxDelayMs: 1 };
  assert.equal(totals(await folder.importTo(sandbox, { retry })), "4+0-0 40+0-0 1+0-0");
  assertComplete(sandbox, 4, 10);
});

Deno.test("importToKiroframe() ends when two rows in a row find no server, and goes on later", async () => {
  const sandbox = await startKiroframeSandbox();
  const { port } = sandbox;
  await using folder = await TestFolder.regular(1, 6);
  let acknowledged = 0;
  const logger = {
    ...silentLogger,
    debug(message: string): void {
      if (message.startsWith("imported") && ++acknowledged === 3) void sandbox.close();
    },
  };
  await assert.rejects(folder.importTo(sandbox, { logger }), (error) => {
    assert.ok(error instanceof UnreachableError);
    assert.match(error.message, /^Cannot go on importing: Cannot reach Kiroframe/);
    assert.match(error.hint ?? "", /again later/);
    return true;
  });
  const ledger = folder.ledger(sandbox);
  assert.equal(ledger.counts(1).acknowledged + ledger.counts(2).acknowledged, 3);
  assert.equal(ledger.counts(2).failed, 2);
  await using back = await startKiroframeSandbox({ port });
  // What the first sandbox had is lost with it, so only the ledger is looked at.
  await assert.doesNotReject(folder.importTo(back).catch((error) => assert.fail(error)));
  assert.deepEqual(back.requests.map(({ rowId }) => rowId), ["e0r2", "e0r3", "e0r4", "e0r5", "models"]);
});

Deno.test("importToKiroframe() ends when the server stays overloaded", async () => {
  await using sandbox = await startKiroframeSandbox({ faults: [{ action: { kind: "status", status: 503 } }] });
  await using folder = await TestFolder.regular(4, 6);
  await assert.rejects(folder.importTo(sandbox, { concurrency: 1 }), UnreachableError);
  assert.equal(sandbox.requestCount, 6);
});

Deno.test("importToKiroframe() does not call the server gone for the sake of rows of their own weight", async () => {
  await using sandbox = await startKiroframeSandbox({ faults: [answer(504, ["a", "b"])] });
  const rows = ["c", "b", "a"].map((id) => runLine("1", id, { histories: `{"loss": ${pointList(100)}}` }));
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: rows });
  assert.equal(totals(await folder.importTo(sandbox, { streamAboveBytes: 1000 })), "1+0-0 1+0-2 1+0-0");
});

Deno.test("importToKiroframe() calls the server unreachable when the only row found none", async () => {
  await using sandbox = await startKiroframeSandbox({ faults: [{ action: { kind: "reset" } }] });
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [], models: null });
  await assert.rejects(folder.importTo(sandbox), UnreachableError);
});

Deno.test("importToKiroframe() ends early with more failures than allowed", async () => {
  await using sandbox = await startKiroframeSandbox({ faults: [answer(422, ["e0r0", "e0r1", "e0r2"])] });
  await using folder = await TestFolder.regular(1, 5);
  await assert.rejects(folder.importTo(sandbox, { maxFailures: 1 }), (error) => {
    assert.ok(error instanceof IncompleteError);
    assert.match(error.message, /2 rows failed, more than --max-failures/);
    return true;
  });
  assert.deepEqual(sandbox.requests.map(({ rowId }) => rowId), ["e0", "e0r0", "e0r1"]);
  assert.equal(totals(await folder.importTo(sandbox, { maxFailures: 3 })), "0+1-0 2+0-3 1+0-0");
});

Deno.test("importToKiroframe() says that the address is wrong when nothing is found there", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(2, 50);
  await assert.rejects(folder.importTo(sandbox, { kiroframeUrl: `${sandbox.url}/wrong` }), (error) => {
    assert.ok(error instanceof AppError && error.exitCode === 1);
    assert.match(error.hint ?? "", /--kiroframe-url/);
    return true;
  });
  assert.ok(sandbox.requestCount < 40);
});
