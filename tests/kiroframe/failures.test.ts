import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { AppError, IncompleteError, InterruptedError, RefusedError, UnreachableError } from "../../lib/errors.ts";
import type { ImportResult } from "../../lib/kiroframe/result.ts";
import { matchShare } from "../../sandbox/faults.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeFault } from "../../sandbox/kiroframe/faults.ts";
import type { KiroframeSandbox } from "../../sandbox/kiroframe/types.ts";
import { silentLogger, silentProgress } from "../../lib/logger.ts";
import { experimentLine, pointList, runLine, TestFolder } from "./folders.ts";

function answer(status: number, rowIds: readonly string[], more: Partial<KiroframeFault> = {}): KiroframeFault {
  const body = `{"error": "no ${status}"}`;
  return { match: ({ rowId }) => rowIds.includes(rowId ?? ""), action: { kind: "status", status, body }, ...more };
}

function totals({ experiments, runs, models }: ImportResult): string {
  return [experiments, runs, models].map(({ sent, skipped, failed }) => `${sent}+${skipped}-${failed}`).join(" ");
}

/** Everything of the folder is there, once, in order. */
function assertComplete(sandbox: KiroframeSandbox, experiments: number, runsEach: number): void {
  assert.deepEqual(sandbox.violations, []);
  assert.equal(sandbox.experiments.size, experiments);
  assert.equal(sandbox.runs.size, experiments * runsEach);
  assert.notEqual(sandbox.models, null);
  for (const { runId, number } of sandbox.runs.values()) assert.equal(runId.split("r")[1], String(number - 1));
}

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

Deno.test("importToKiroframe() sends everything again to another account, address or source", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using other = await startKiroframeSandbox({ token: "other" });
  await using folder = await TestFolder.regular(1, 2);
  await folder.importTo(sandbox);
  assert.equal(totals(await folder.importTo(other)), "1+0-0 2+0-0 1+0-0");
  assert.equal(totals(await folder.importTo(sandbox)), "0+1-0 0+2-0 0+1-0");
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

Deno.test("importToKiroframe() goes on after a refused experiment and refused models", async () => {
  await using sandbox = await startKiroframeSandbox({ faults: [answer(422, ["e1", "models"])] });
  await using folder = await TestFolder.regular(3, 2);
  const result = await folder.importTo(sandbox);
  // Runs of the experiment that Kiroframe does not have are its to refuse.
  assert.equal(totals(result), "2+0-1 4+0-2 0+0-1");
  sandbox.setFaults([]);
  assert.equal(totals(await folder.importTo(sandbox)), "1+2-0 2+4-0 1+0-0");
});

Deno.test("importToKiroframe() says of a 413 how large the row is and what to do", async () => {
  await using sandbox = await startKiroframeSandbox({ maxBodyBytes: 50_000 });
  const row = runLine("1", "big", { histories: `{"loss": ${pointList(2000)}}` });
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [row] });
  const { firstFailures } = await folder.importTo(sandbox);
  assert.equal(firstFailures[0]?.rowId, "big");
  assert.match(firstFailures[0]?.words ?? "", /this row has 9\d,\d{3} bytes; --max-history-points N/);
  assert.equal(totals(await folder.importTo(sandbox, { maxHistoryPoints: 100 })), "0+1-0 1+0-0 0+1-0");
});

for (const streamAboveBytes of [1_000, 100_000_000]) {
  const how = streamAboveBytes === 1000 ? "streamed" : "whole";
  Deno.test(`importToKiroframe() hears a 413 that comes before a ${how} body is read`, async () => {
    // As a gateway does it: an answer at the headers, then the connection is closed over the rest of the body.
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (data) => {
        const isLarge = !/content-length: \d{1,4}\r\n/i.test(data.toString("latin1"));
        const status = isLarge ? "413 Request Entity Too Large" : "200 OK";
        socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as { port: number };
      const rows = ["a", "b", "c"].map((id) => runLine("1", id, { histories: `{"loss": ${pointList(40_000)}}` }));
      await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: rows });
      const target = { url: `http://127.0.0.1:${port}`, token: "t" };
      const result = await folder.importTo(target, { streamAboveBytes });
      assert.equal(totals(result), "1+0-0 0+0-3 1+0-0");
      assert.deepEqual(result.firstFailures.map(({ httpStatus }) => httpStatus), [413, 413, 413]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
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

Deno.test("importToKiroframe() ends every lane when one of them meets a 401", async () => {
  await using sandbox = await startKiroframeSandbox({ latencyMs: 3, faults: [answer(401, ["e1r0"])] });
  await using folder = await TestFolder.regular(2, 30);
  await assert.rejects(folder.importTo(sandbox, { concurrency: 2 }), RefusedError);
  assert.ok(sandbox.requestCount < 15, `${sandbox.requestCount}`);
});

const passing: readonly (readonly [string, KiroframeFault["action"]])[] = [
  ["429", { kind: "status", status: 429 }],
  ["429 with Retry-After", { kind: "status", status: 429, headers: { "retry-after": "1" } }],
  ["500 with a web page", { kind: "status", status: 500, body: "<html><h1>Oops</h1></html>" }],
  ["502", { kind: "status", status: 502 }],
  ["503", { kind: "status", status: 503 }],
  ["a reset", { kind: "reset" }],
  ["a reset before the body", { kind: "reset", early: true }],
  ["a reply cut off", { kind: "truncate" }],
];
for (const [name, action] of passing) {
  for (const applied of [false, true]) {
    if (applied && action.kind === "reset" && action.early) continue;
    const taken = applied ? "taken in" : "not taken in";
    Deno.test(`importToKiroframe() loses nothing to ${name}, the row ${taken}`, async () => {
      const match = ({ number }: { number: number }): boolean => number % 3 === 0;
      await using sandbox = await startKiroframeSandbox({ faults: [{ match, applied, action }] });
      await using folder = await TestFolder.regular(2, 3);
      assert.equal(totals(await folder.importTo(sandbox)), "2+0-0 6+0-0 1+0-0");
      assertComplete(sandbox, 2, 3);
    });
  }
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

Deno.test("importToKiroframe() records lines that are no rows, without sending them", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(1, 2);
  await appendFile(
    join(folder.path, "runs.json"),
    '{"experiment_name": "experiment e0", "experiment_id": "e0", "run_id": "cut", "st',
  );
  await appendFile(join(folder.path, "experiment_summary.json"), "\n[]\nnot JSON\n");
  await writeFile(join(folder.path, "models.json"), '[{"name": ');
  const result = await folder.importTo(sandbox, { concurrency: 1 });
  assert.equal(totals(result), "1+0-2 2+0-1 0+0-1");
  assert.deepEqual(sandbox.violations, []);
  const failures = [...folder.ledger(sandbox).failures()];
  assert.deepEqual(failures.map(({ rowId }) => rowId), ["line 2", "line 3", "cut", "models"]);
  assert.match(failures[2]?.words ?? "", /^runs\.json, line 3, was not sent: The row is cut off$/);
});

Deno.test("importToKiroframe() keeps the token out of what it records", async () => {
  const token = "51b10959-3e3b-4ab3-bff8-18dfb57de104";
  const fault = { action: { kind: "status", status: 422, body: `not for ${token}` } } as const;
  await using sandbox = await startKiroframeSandbox({ token, faults: [fault] });
  await using folder = await TestFolder.regular(1, 1);
  await folder.importTo(sandbox);
  assert.equal([...folder.ledger(sandbox).failures()][0]?.words, "not for ***");
});

Deno.test("importToKiroframe() logs the first failures and its phases, rows at debug", async () => {
  await using sandbox = await startKiroframeSandbox({ faults: [answer(422, ["e0r0"])] });
  await using folder = await TestFolder.regular(1, 2);
  const lines: string[] = [];
  const at = (level: string) => (message: string): void => void lines.push(`${level} ${message}`);
  const logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  await folder.importTo(sandbox, { logger, concurrency: 1 });
  assert.deepEqual(lines.filter((line) => !line.includes("POST")), [
    "info Importing data...",
    "info mlflow:cc2d16ea7d",
    "debug imported experiment e0: 200",
    "info Experiments import completed",
    'error Cannot import run e0r0: status 422: {"error": "no 422"}',
    "debug imported run e0r1: 200",
    "info Runs import completed",
    "debug imported models models: 200",
    "info model import completed",
  ]);
});
