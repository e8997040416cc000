import assert from "node:assert/strict";
import { readHistories } from "../../../../lib/mlflow/rest/history/windows.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import type { MetricPoint } from "../../../../lib/source/mod.ts";
import {
  asyncOf,
  fakeClient,
  FakeHistories,
  oneByOne,
  pointsOf,
  readAll,
  runsOf,
  series,
  streamed,
} from "./fake_histories.ts";

Deno.test("readHistories() learns how long histories are, and keeps replies far from being cut", async () => {
  const runs = runsOf(300, () => ({ loss: series(1_000) }));
  const [found, http] = await pointsOf(runs);
  assert.deepEqual(found, oneByOne(runs));
  const counts = http.bulkPaths.map((path) => new URL(path, "http://fake").searchParams.getAll("run_id").length);
  assert.equal(Math.max(...counts), 12);
  assert.equal(http.bulkPaths.length, 25);
});

Deno.test("readHistories() asks again for what a cut reply left out", async () => {
  // All at step 0: nothing tells how long they are before the first reply.
  const runs = runsOf(60, () => ({ loss: atStepZero(900) }));
  const [found, http] = await pointsOf(runs);
  assert.deepEqual(found, oneByOne(runs));
  assert.equal(http.singlePaths.length, 1);
  assert.equal(http.bulkPaths.length, 1 + Math.ceil((60 - 28) / 13));
});

Deno.test("readHistories() takes a reply of exactly the largest size for a cut one", async () => {
  const runs = runsOf(4, () => ({ loss: series(5) }));
  const [found, http] = await pointsOf(runs, { bulkRows: 20, maxRows: 20 });
  assert.deepEqual(found, oneByOne(runs));
  assert.equal(http.singlePaths.length, 1);
});

Deno.test("readHistories() gives a long history in pages, of which none is read twice", async () => {
  const runs = runsOf(3, (index) => ({ loss: series(index === 1 ? 60_000 : 10) }));
  const http = new FakeHistories(runs);
  const all = [];
  const options = { client: fakeClient(http), concurrency: 4, logger: silentLogger, controller: new AbortController() };
  for await (const record of readHistories(asyncOf(streamed(runs)), options)) {
    const history = record.histories.get("loss") as AsyncIterable<readonly MetricPoint[]>;
    if ("length" in history) continue;
    for await (const page of history) all.push(page.length);
  }
  // The reply that proved full, and then small pieces of two pages.
  assert.equal(all.shift(), 25_000);
  assert.equal(all.reduce((sum, length) => sum + length), 35_000);
  assert.ok(Math.max(...all) <= 2_000);
  assert.equal(http.singlePaths.length, 2);
});

Deno.test("readHistories() goes on where a reply that is full with one history ends", async () => {
  const runs = runsOf(6, () => ({ loss: series(600) }));
  const [found, http] = await pointsOf(runs, { bulkRows: 500, pageRows: 500, maxRows: 500 });
  assert.deepEqual(found, oneByOne(runs));
  const first = http.singlePaths.filter((path) => !path.includes("page_token"));
  assert.equal(http.bulkPaths.length + first.length, 6);
  assert.equal(http.singlePaths.length - first.length, 6);
});

Deno.test("readHistories() streams what a server that does not page sends at once", async () => {
  const runs = runsOf(2, () => ({ loss: series(600), short: series(3) }));
  const [found] = await pointsOf(runs, { version: "2.22.5", bulkRows: 500, maxRows: 500 });
  assert.deepEqual(found, oneByOne(runs));
});

Deno.test("readHistories() takes a history for long when a server that does not page sends more than was expected", async () => {
  const runs = runsOf(1, () => ({ loss: atStepZero(600) }));
  const http = new FakeHistories(runs, { version: "2.22.5", bulkRunIds: 0 });
  const [found] = await readAll(runs, { client: fakeClient(http, "2.22.5"), maxRows: 500 });
  assert.ok(Symbol.asyncIterator in (found?.record.histories.get("loss") ?? {}));
  assert.deepEqual(found?.points, { loss: atStepZero(600) });
});

Deno.test("readHistories() asks for little more when much more came than was expected", async () => {
  const points = atStepZero(100);
  const runs = runsOf(200, () => ({ a: points, b: points, c: points, d: points, e: points }));
  // All runs are taken in before the first reply; what the first run still waits for then takes long.
  const http = new FakeHistories(runs, { turns: (call) => call === 5 ? 60 : 5 });
  const json = http.json.bind(http);
  let [inMemory, most] = [0, 0];
  http.json = async (request) => {
    const reply = await json(request) as { readonly metrics: unknown[] };
    inMemory += reply.metrics.length;
    most = Math.max(most, inMemory);
    return reply;
  };
  const controller = new AbortController();
  const options = { client: fakeClient(http), concurrency: 2, logger: silentLogger, controller, maxPoints: 1_000 };
  for await (const _record of readHistories(asyncOf(streamed(runs)), options)) inMemory -= 500;
  assert.equal(inMemory, 0);
  // The four calls that were on their way when the first reply came, of 97 runs each, and the one the first run waits for.
  assert.ok(most < 60_000, `${most} of 100,000 points in memory`);
});

function atStepZero(length: number): MetricPoint[] {
  return Array.from({ length }, (_, index) => ({ step: 0, timestamp: index, value: index }));
}
