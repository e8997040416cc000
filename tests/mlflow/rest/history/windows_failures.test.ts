import assert from "node:assert/strict";
import { RefusedError, UnreachableError } from "../../../../lib/errors.ts";
import { errorOfReply, NoAnswerError } from "../../../../lib/http/failure/errors.ts";
import { readHistories } from "../../../../lib/mlflow/rest/history/windows.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import {
  asyncOf,
  fakeClient,
  FakeHistories,
  oneByOne,
  pointsOf,
  runId,
  runsOf,
  series,
  streamed,
} from "./fake_histories.ts";

Deno.test("readHistories() remembers that a server has no bulk call", async () => {
  const runs = runsOf(300, () => ({ a: series(2) }));
  const [found, http] = await pointsOf(runs, { bulkRunIds: 0, concurrency: 1 });
  assert.deepEqual(found, oneByOne(runs));
  assert.ok(http.bulkPaths.length <= 2, `${http.bulkPaths.length} bulk calls`);
  assert.equal(http.singlePaths.length, 300);
});

Deno.test("readHistories() learns from the answer how many run ids a call may have", async () => {
  const runs = runsOf(200, () => ({ a: series(2) }));
  const [found, http] = await pointsOf(runs, { bulkRunIds: 20, concurrency: 1 });
  assert.deepEqual(found, oneByOne(runs));
  assert.equal(http.singlePaths.length, 0);
  assert.ok(http.bulkPaths.length <= 12, `${http.bulkPaths.length} bulk calls`);
});

Deno.test("readHistories() finds the one denied run, and lets no other suffer", async () => {
  const metrics = { a: series(2), b: series(2), c: series(2), d: series(2) };
  const runs = runsOf(90, () => metrics);
  const [found, http] = await pointsOf(runs, { denied: new Set([runId(41)]), concurrency: 1 });
  found.forEach((points, index) => {
    if (index !== 41) assert.deepEqual(points, metrics);
    else for (const history of Object.values(points as object)) assert.match(history.error, /Permission denied/);
  });
  // Two metrics are asked for at once, with two halves a level; when the others come, the run is known.
  assert.ok(http.paths.length <= 2 * 16 + 2, `${http.paths.length} calls`);
});

Deno.test("readHistories() remembers that a proxy lets no bulk call through", async () => {
  const runs = runsOf(300, () => ({ a: series(2) }));
  const [found, http] = await pointsOf(runs, { refusesBulk: true, concurrency: 1 });
  assert.deepEqual(found, oneByOne(runs));
  assert.ok(http.bulkPaths.length <= 16, `${http.bulkPaths.length} bulk calls`);
});

Deno.test("readHistories() reads one by one what bulk fails over, and nothing else", async () => {
  const runs = runsOf(64, () => ({ a: series(2) }));
  const [found, http] = await pointsOf(runs, { poison: new Map([[runId(10), 500]]) });
  assert.deepEqual(found, oneByOne(runs));
  assert.equal(http.singlePaths.length, 1);
});

Deno.test("readHistories() verifies a metric that a whole bulk reply does not have", async () => {
  const runs = runsOf(10, () => ({ a: series(3) }));
  const [found, http] = await pointsOf(runs, { forgotten: new Set([runId(4)]) });
  assert.deepEqual(found, oneByOne(runs));
  assert.equal(http.singlePaths.length, 1);
});

Deno.test("readHistories() ends with what is everybody's failure: 401, no connection, overload", async () => {
  const info = { service: "Fake", method: "GET", url: "http://fake/" };
  const failures = [
    [errorOfReply({ ...info, status: 401, body: "" }), RefusedError],
    [new NoAnswerError(info, { reason: "refused", detail: "connection refused" }), UnreachableError],
    [errorOfReply({ ...info, status: 503, body: "" }), Object],
  ] as const;
  for (const [failure, kind] of failures) {
    const http = new FakeHistories(runsOf(3, () => ({ a: series(1) })));
    http.json = () => Promise.reject(failure);
    const controller = new AbortController();
    const runs = asyncOf(streamed(runsOf(3, () => ({ a: series(1) }))));
    const reading = readHistories(runs, { client: fakeClient(http), concurrency: 2, logger: silentLogger, controller });
    await assert.rejects(Array.fromAsync(reading), (error) => error === failure && error instanceof kind);
    assert.ok(controller.signal.aborted);
  }
});

Deno.test("readHistories() ends calls and the runs' stream when its reader goes away", async () => {
  const runs = runsOf(300, () => ({ a: series(1) }));
  const http = new FakeHistories(runs, { turns: (call) => call === 1 ? 0 : 3 });
  const controller = new AbortController();
  let isEnded = false;
  async function* stream(): AsyncGenerator<ReturnType<typeof streamed> extends Generator<infer T> ? T : never> {
    try {
      for (const run of streamed(runs)) yield await Promise.resolve(run);
    } finally {
      isEnded = true;
    }
  }
  const reading = readHistories(stream(), {
    client: fakeClient(http),
    concurrency: 1,
    logger: silentLogger,
    controller,
  });
  for await (const record of reading) {
    assert.equal(record.run.id, runId(0));
    break;
  }
  assert.ok(isEnded && controller.signal.aborted);
});
