import assert from "node:assert/strict";
import { appendFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { RefusedError } from "../../lib/errors.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeFault } from "../../sandbox/kiroframe/faults.ts";
import { answer, assertComplete, experimentLine, pointList, runLine, TestFolder, totals } from "./folders.ts";

Deno.test("importToKiroframe() sends everything again to another account, address or source", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using other = await startKiroframeSandbox({ token: "other" });
  await using folder = await TestFolder.regular(1, 2);
  await folder.importTo(sandbox);
  assert.equal(totals(await folder.importTo(other)), "1+0-0 2+0-0 1+0-0");
  assert.equal(totals(await folder.importTo(sandbox)), "0+1-0 0+2-0 0+1-0");
});

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
