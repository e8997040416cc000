/** A clock that jumps, and a reader that takes its time. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { Ledger } from "../../lib/kiroframe/ledger/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { runHere, temporaryFolder } from "./program.ts";
import { exportFlags, smallWorld } from "./truth.ts";

Deno.test("a clock that is set back, or stands still, makes no folder twice", async () => {
  await using base = await temporaryFolder();
  const nowMs = Date.UTC(2026, 9, 25, 1, 30);
  const made = new Set<string>();
  for (const time of [nowMs, nowMs, nowMs - 3_600_000, nowMs, nowMs + 86_400_000, nowMs]) {
    const folder = await ExportFolder.create(base.path, time);
    assert.ok(!made.has(folder.path), folder.path);
    made.add(folder.path);
    await folder.close();
  }
});

Deno.test("a ledger whose clock jumps back still knows what was acknowledged last", () => {
  const database = new DatabaseSync(":memory:");
  const times = ["2026-11-23T21:00:00Z", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "2026-11-23T20:00:00Z"];
  const now = (): Date => new Date(times.shift() ?? 0);
  const ledger = new Ledger(database, { kiroframeUrl: "http://k", sourceId: "s", profilingToken: "t", now });
  const row = { importType: 2, rowId: "r", hash: "h" } as const;
  ledger.fail(row, { httpStatus: 500, words: "no" });
  ledger.acknowledge(row, 200);
  assert.ok(ledger.isAcknowledged(row));
  ledger.acknowledge({ ...row, hash: "changed" }, 200);
  assert.ok(!ledger.isAcknowledged(row));
  ledger.fail({ ...row, hash: "changed" }, { httpStatus: 500, words: "no" });
  assert.deepEqual(ledger.counts(2), { acknowledged: 0, failed: 1 });
  database.close();
});

Deno.test("a Retry-After whose date is past by the server's clock is no reason to wait, and none to give up", async () => {
  const headers = { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" };
  await using mlflow = await startMlflowSandbox({
    world: smallWorld(),
    faults: [{
      match: ({ path }) => path.endsWith("runs/search"),
      times: 5,
      action: { kind: "status", status: 429, headers },
    }],
  });
  await using folder = await temporaryFolder();
  const { exitCode, stderr } = await runHere(["export", ...exportFlags(folder.path, mlflow)]);
  assert.equal(exitCode, 0, stderr);
});

Deno.test("a Kiroframe that reads slowly gets a row of megabytes whole", async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response): Promise<void> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      await sleep(1);
    }
    bodies.push(await new Blob(chunks as BlobPart[]).text());
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await using mlflow = await startMlflowSandbox({ world: generateWorld({ runs: 1, metrics: 1, points: 90_000 }) });
    await using folder = await temporaryFolder();
    const kiroframe = ["--kiroframe-url", `http://127.0.0.1:${port}`, "--profiling-token", "t"];
    const flags = ["--tracking-url", mlflow.url, "--base-dir", folder.path];
    const { exitCode, stderr } = await runHere([...flags, ...kiroframe]);
    assert.equal(exitCode, 0, stderr);
    const run = bodies.map((body) => JSON.parse(body)).find((body) => body.import_type === 2);
    assert.equal(run.line.metrics_history.metric_0.length, 90_000);
    const line = await Deno.readTextFile(join(await folder.exported(), "runs.json"));
    assert.deepEqual(run.line, JSON.parse(line));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
