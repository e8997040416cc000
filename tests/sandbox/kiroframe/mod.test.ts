import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startKiroframeSandbox } from "../../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox } from "../../../sandbox/kiroframe/types.ts";

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function post(sandbox: KiroframeSandbox, body: unknown, headers: Record<string, string> = {}): Promise<Sent> {
  const response = await fetch(`${sandbox.url}/arcee/v2/import`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/json", "x-api-key": sandbox.token, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

function envelope(importType: number, line: unknown): Record<string, unknown> {
  return { import_source: "mlflow", import_source_id: "cc2d16ea7d", import_type: importType, owner_id: null, line };
}

function experimentRow(id: string): Record<string, unknown> {
  return {
    experiment_id: id,
    experiment_name: `experiment ${id}`,
    description: null,
    owner: null,
    artifact_location: "mlflow-artifacts:/1",
    lifecycle_stage: "active",
    runs_total: 0,
    status_counts: { FINISHED: 0 },
    first_run_start_time: null,
    first_run_start_time_iso: null,
    last_run_end_time: null,
    last_run_end_time_iso: null,
    metrics: [],
    params: [],
    tag_keys: [],
    dataset_names: [],
  };
}

function runRow(id: string, startTime: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    experiment_name: "experiment 1",
    experiment_id: "1",
    run_id: id,
    status: "FINISHED",
    lifecycle_stage: "active",
    start_time: startTime,
    end_time: null,
    start_time_iso: null,
    end_time_iso: null,
    tags: {},
    params: {},
    metrics_latest: {},
    metrics_history: {},
    datasets: [],
    dataset_names: [],
    ...more,
  };
}

Deno.test("startKiroframeSandbox() takes what the reference sent, but for the row with a bare NaN", async () => {
  await using sandbox = await startKiroframeSandbox();
  const file = new URL("../../fixtures/kiroframe/reference_3_17_2.jsonl", import.meta.url);
  const statuses: number[] = [];
  for (const line of readFileSync(file, "utf8").trim().split("\n")) statuses.push((await post(sandbox, line)).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 200, 400, 200]);
  assert.equal(sandbox.violations.length, 1);
  assert.match(sandbox.violations[0]!, /not JSON.*NaN/);
  assert.deepEqual([...sandbox.experiments.keys()], ["3", "2", "1", "0"]);
  assert.equal(sandbox.models?.length, 2);
});

Deno.test("startKiroframeSandbox() numbers the runs of a task as they come and keeps numbers on re-import", async () => {
  await using sandbox = await startKiroframeSandbox();
  await post(sandbox, envelope(1, experimentRow("1")));
  for (const row of [runRow("a", 5), runRow("b", 5), runRow("c", 9), runRow("a", 5)]) {
    assert.equal((await post(sandbox, envelope(2, row))).status, 200);
  }
  assert.deepEqual([...sandbox.runs.values()].map(({ runId, number, imports }) => [runId, number, imports]), [
    ["a", 1, 2],
    ["b", 2, 1],
    ["c", 3, 1],
  ]);
  assert.deepEqual(sandbox.violations, []);
});

Deno.test("startKiroframeSandbox() notes a new run that is older than one with a number", async () => {
  await using sandbox = await startKiroframeSandbox();
  await post(sandbox, envelope(1, experimentRow("1")));
  await post(sandbox, envelope(2, runRow("newer", 9)));
  await post(sandbox, envelope(2, runRow("older", 5)));
  assert.equal(sandbox.violations.length, 1);
  assert.match(sandbox.violations[0]!, /Run older of experiment 1 started at 5/);
});

Deno.test("startKiroframeSandbox() does not blame a run for the refusal that made it late", async () => {
  await using sandbox = await startKiroframeSandbox({
    faults: [{ match: ({ rowId }) => rowId === "older", times: 1, action: { kind: "status", status: 500 } }],
  });
  await post(sandbox, envelope(1, experimentRow("1")));
  assert.equal((await post(sandbox, envelope(2, runRow("older", 5)))).status, 500);
  await post(sandbox, envelope(2, runRow("newer", 9)));
  await post(sandbox, envelope(2, runRow("older", 5)));
  assert.deepEqual(sandbox.violations, []);
  assert.equal(sandbox.runs.get("older")?.number, 2);
});

Deno.test("startKiroframeSandbox() refuses a run of an unknown experiment", async () => {
  await using sandbox = await startKiroframeSandbox();
  assert.equal((await post(sandbox, envelope(2, runRow("a", 5)))).status, 422);
  assert.match(sandbox.violations[0]!, /before its experiment/);
});

Deno.test("startKiroframeSandbox() refuses what is not exactly the contract's keys", async () => {
  await using sandbox = await startKiroframeSandbox();
  const point = { step: 0, ts: 1, value: "NaN" };
  const { owner: _owner, ...withoutOwner } = experimentRow("1");
  const wrong: unknown[] = [
    envelope(1, { ...experimentRow("1"), more: 1 }),
    envelope(1, withoutOwner),
    envelope(2, runRow("a", 5, { metrics_latest: { loss: null } })),
    envelope(2, runRow("a", 5, { metrics_history: { loss: [point] } })),
    envelope(3, [{ name: "m" }]),
    envelope(4, {}),
    { ...envelope(3, []), owner_id: 1 },
    { ...envelope(3, []), more: 1 },
  ];
  for (const body of wrong) assert.equal((await post(sandbox, body)).status, 422, JSON.stringify(body));
  assert.equal(sandbox.violations.length, wrong.length);
});

Deno.test("startKiroframeSandbox() refuses a body that is not UTF-8", async () => {
  await using sandbox = await startKiroframeSandbox();
  const body = new TextEncoder().encode(JSON.stringify(envelope(3, [])));
  const response = await fetch(`${sandbox.url}/arcee/v2/import`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": sandbox.token },
    body: body.fill(0xff, 20, 21),
  });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /not valid/);
});

Deno.test("startKiroframeSandbox() takes stand-ins for NaN where it is told to", async () => {
  await using sandbox = await startKiroframeSandbox({ acceptNonFinite: true });
  await post(sandbox, envelope(1, experimentRow("1")));
  const history = { loss: [{ step: 0, ts: 1, value: "NaN" }, { step: 1, ts: 1, value: null }] };
  assert.equal((await post(sandbox, envelope(2, runRow("a", 5, { metrics_history: history })))).status, 200);
});

Deno.test("startKiroframeSandbox() checks the token, the content type, the address and the size", async () => {
  await using sandbox = await startKiroframeSandbox({ token: "right", maxBodyBytes: 1000 });
  const body = envelope(1, experimentRow("1"));
  assert.equal((await post(sandbox, body, { "x-api-key": "wrong" })).status, 401);
  assert.equal((await post(sandbox, body, { "content-type": "text/plain" })).status, 415);
  assert.equal((await post(sandbox, " ".repeat(1001))).status, 413);
  const elsewhere = await fetch(`${sandbox.url}/arcee/v2/other`, { method: "POST", headers: { "x-api-key": "right" } });
  assert.equal(elsewhere.status, 404);
  await elsewhere.body?.cancel();
  assert.equal(sandbox.experiments.size, 0);
  assert.deepEqual(sandbox.requests.map(({ status }) => status), [401, 415, 413, 404]);
});

Deno.test("startKiroframeSandbox() acknowledges without a body where it is told to", async () => {
  await using sandbox = await startKiroframeSandbox({ emptyReplies: true });
  const { status, text } = await post(sandbox, envelope(3, []));
  assert.deepEqual([status, text], [204, ""]);
  assert.deepEqual(sandbox.models, []);
});

Deno.test("startKiroframeSandbox() counts and orders without keeping rows", async () => {
  await using sandbox = await startKiroframeSandbox({ countOnly: true });
  await post(sandbox, envelope(1, experimentRow("1")));
  await post(sandbox, envelope(2, runRow("b", 9, { tags: { run_id: "no", text: 'a "quote"' } })));
  await post(sandbox, envelope(2, runRow("a", 5)));
  await post(sandbox, envelope(3, []));
  assert.equal(sandbox.requestCount, 4);
  assert.deepEqual(sandbox.requests, []);
  assert.deepEqual([...sandbox.runs.keys()], ["b", "a"]);
  assert.equal(sandbox.runs.get("b")?.row, null);
  assert.equal(sandbox.violations.length, 1);
});

Deno.test("startKiroframeSandbox() answers by its faults, each as often as it says", async () => {
  await using sandbox = await startKiroframeSandbox({
    faults: [
      { times: 1, action: { kind: "status", status: 429, headers: { "retry-after": "7" } } },
      { times: 1, action: { kind: "status", status: 500, body: "<html>" } },
      { times: 1, action: { kind: "redirect", location: "http://127.0.0.1:9/x" } },
      { times: 1, action: { kind: "truncate" } },
      { times: 1, applied: true, action: { kind: "status", status: 503 } },
    ],
  });
  const body = envelope(1, experimentRow("1"));
  const limited = await post(sandbox, body);
  assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "7"]);
  assert.equal((await post(sandbox, body)).text, "<html>");
  const moved = await post(sandbox, body);
  assert.deepEqual([moved.status, moved.headers.get("location")], [307, "http://127.0.0.1:9/x"]);
  await assert.rejects(post(sandbox, body));
  assert.equal(sandbox.experiments.size, 0);
  assert.equal((await post(sandbox, body)).status, 503);
  assert.equal(sandbox.experiments.size, 1);
  assert.equal((await post(sandbox, body)).status, 200);
});

Deno.test("startKiroframeSandbox() drops and stalls connections", async () => {
  // A client of its own for each: a pool would try a dropped connection again by itself.
  await using sandbox = await startKiroframeSandbox({ faults: [{ action: { kind: "reset", early: true } }] });
  await assert.rejects(post(sandbox, envelope(1, experimentRow("1")), { connection: "close" }));
  sandbox.setFaults([{ action: { kind: "stall" } }]);
  const signal = AbortSignal.timeout(50);
  await assert.rejects(fetch(`${sandbox.url}/arcee/v2/import`, { method: "POST", signal }));
});
