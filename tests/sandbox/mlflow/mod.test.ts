import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { type Exchange, worldFromExchanges } from "../../../sandbox/world/exchanges.ts";
import { generateWorld } from "../../../sandbox/world/generator.ts";
import { World } from "../../../sandbox/world/mod.ts";

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly request: string | null;
  readonly status: number;
  readonly content_type: string;
  readonly body: string;
}

for (const version of ["3.17.2", "2.22.5"] as const) {
  Deno.test(`startMlflowSandbox() gives a recorded ${version} server's replies again, byte by byte`, async () => {
    const path = new URL(`../../fixtures/reference/mlflow-${version}/http.jsonl`, import.meta.url);
    const recorded: Recorded[] = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    const world = worldFromExchanges(recorded.map(toExchange));
    // The recording lists this file, but does not fetch it.
    for (const run of world.runsOf("1")) {
      world.files.put(`1/${run.id}/artifacts/notes/ünïcode näme, 100%.txt`, "grüße\n");
    }
    await using server = await startMlflowSandbox({ version, world });
    let compared = 0;
    for (const { method, path, request, status, content_type, body } of recorded) {
      const response = await fetch(server.url + path, {
        method,
        ...(request === null ? {} : { body: request, headers: { "content-type": "application/json" } }),
      });
      assert.equal(await response.text(), body, path);
      assert.equal(response.status, status, path);
      assert.equal(response.headers.get("content-type"), content_type, path);
      compared += 1;
    }
    assert.equal(compared, { "3.17.2": 49, "2.22.5": 47 }[version]);
  });
}

Deno.test("startMlflowSandbox() remembers the latest requests and counts all", async () => {
  await using server = await startMlflowSandbox({ logSize: 2 });
  for (const path of ["/health", "/version?a=b", "/nothing"]) await (await fetch(server.url + path)).body?.cancel();
  assert.equal(server.requestCount, 3);
  const seen = server.requests.map((
    { number, method, path, query, status },
  ) => [number, method, path, `${query}`, status]);
  assert.deepEqual(seen, [[2, "GET", "/version", "a=b", 200], [3, "GET", "/nothing", "", 404]]);
});

Deno.test("startMlflowSandbox() counts the most requests in work at once, each as slow as latencyMs", async () => {
  await using server = await startMlflowSandbox({ latencyMs: 30 });
  await Promise.all([1, 2, 3].map(async () => (await fetch(`${server.url}/health`)).text()));
  assert.equal(server.peakInFlight, 3);
});

Deno.test("startMlflowSandbox() shows what is added and deleted while it runs", async () => {
  const world = new World();
  await using server = await startMlflowSandbox({ world });
  const list = async (): Promise<string[]> => {
    const body = JSON.stringify({ experiment_ids: ["0"] });
    const headers = { "content-type": "application/json" };
    const reply = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, { method: "POST", headers, body });
    const { runs } = await reply.json();
    return (runs ?? []).map((run: { readonly info: { readonly run_name: string } }) => run.info.run_name);
  };
  assert.deepEqual(await list(), []);
  const first = world.addRun({ experimentId: "0", name: "first", startTime: 1 });
  world.addRun({ experimentId: "0", name: "second", startTime: 2 });
  assert.deepEqual(await list(), ["second", "first"]);
  world.deleteRun(first.id);
  assert.deepEqual(await list(), ["second"]);
});

Deno.test("startMlflowSandbox() takes fewer run ids in bulk where it is told to, as before 2.14", async () => {
  await using server = await startMlflowSandbox({ version: "2.22.5", bulkRunIds: 20 });
  const ask = (count: number): Promise<Response> =>
    fetch(`${server.url}/ajax-api/2.0/mlflow/metrics/get-history-bulk?${"run_id=a&".repeat(count)}metric_key=m`);
  assert.equal(await (await ask(20)).text(), '{"metrics":[]}\n');
  const refusal = await ask(21);
  assert.equal(refusal.status, 400);
  assert.match(await refusal.text(), /cannot specify more than 20 run_ids\. Received 21 run_ids\./);
});

Deno.test("startMlflowSandbox() sets the trap of 3.1 to 3.12 where it is told to: a token to itself, for ever", async () => {
  const world = generateWorld({ runs: 1, points: 5 });
  await using server = await startMlflowSandbox({ world, endlessHistoryToken: true });
  const path = `/api/2.0/mlflow/metrics/get-history?run_id=${world.runsOf("1")[0]?.id}&metric_key=metric_0`;
  const trap = await (await fetch(server.url + path)).text();
  assert.equal(trap, '{\n  "next_page_token": "eyJvZmZzZXQiOiAwfQ=="\n}');
  const safe = await (await fetch(`${server.url}${path}&max_results=25000`)).json();
  assert.equal(safe.metrics.length, 5);
});

Deno.test("startMlflowSandbox() closes the artifact proxy where it is told to, but not get-artifact", async () => {
  const world = new World();
  const run = world.addRun({ experimentId: "0" });
  world.files.put(`0/${run.id}/artifacts/a.txt`, "a");
  await using server = await startMlflowSandbox({ world, servesArtifacts: false });
  const proxied = await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/0/${run.id}/artifacts/a.txt`);
  assert.equal(proxied.status, 503);
  assert.match(await proxied.text(), /disabled due to the mlflow server running with `--no-serve-artifacts`/);
  const direct = await fetch(`${server.url}/get-artifact?run_id=${run.id}&path=a.txt`);
  assert.equal(await direct.text(), "a");
});

Deno.test("startMlflowSandbox() answers one run of 5 million points without holding them", async () => {
  const world = generateWorld({ runs: 1, metrics: 1, points: 5_000_000 });
  await using server = await startMlflowSandbox({ world });
  const id = world.runsOf("1")[0]?.id;
  const token = btoa('{"offset": 4999990}');
  const path = `/api/2.0/mlflow/metrics/get-history?run_id=${id}&metric_key=metric_0&max_results=25000`;
  const last = await (await fetch(`${server.url}${path}&page_token=${encodeURIComponent(token)}`)).json();
  assert.equal(last.metrics.length, 10);
  assert.equal(last.metrics[9].step, 4_999_999);
  assert.equal(last.next_page_token, undefined);
  const first = await (await fetch(server.url + path)).json();
  assert.deepEqual(JSON.parse(atob(first.next_page_token)), { offset: 25_000 });
});

Deno.test("startMlflowSandbox() rejects where the port is taken", async () => {
  await using server = await startMlflowSandbox();
  await assert.rejects(startMlflowSandbox({ port: Number(new URL(server.url).port) }));
});

function toExchange({ method, path, status, body }: Recorded): Exchange {
  try {
    return { method, path, status, body: JSON.parse(body) };
  } catch {
    return { method, path, status, body };
  }
}
