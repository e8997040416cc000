import assert from "node:assert/strict";
import fc from "fast-check";
import { RefusedError, UnreachableError } from "../../../../lib/errors.ts";
import { errorOfReply, NoAnswerError } from "../../../../lib/http/failure/errors.ts";
import { readHistories } from "../../../../lib/mlflow/rest/history/windows.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import type { MetricPoint } from "../../../../lib/source/mod.ts";
import {
  fakeClient,
  FakeHistories,
  type FakeOptions,
  type FakeRuns,
  readAll,
  type ReadOptions,
  runId,
  series,
  streamed,
} from "./fake_histories.ts";

function oneByOne(runs: FakeRuns): Record<string, unknown>[] {
  return [...runs.values()].map((metrics) => Object.fromEntries(metrics));
}

function runsOf(count: number, metrics: (index: number) => Record<string, readonly MetricPoint[]>): FakeRuns {
  return new Map(Array.from({ length: count }, (_, index) => [runId(index), new Map(Object.entries(metrics(index)))]));
}

async function pointsOf(runs: FakeRuns, options: FakeOptions & ReadOptions = {}): Promise<[unknown[], FakeHistories]> {
  const http = new FakeHistories(runs, options);
  const all = await readAll(runs, { client: fakeClient(http, options.version ?? "3.17.2"), ...limitsIn(options) });
  assert.deepEqual(all.map(({ record }) => record.run.id), [...runs.keys()]);
  return [all.map(({ points }) => points), http];
}

function limitsIn({ maxRuns, maxPoints, maxRows, callPoints, concurrency }: ReadOptions): ReadOptions {
  return JSON.parse(JSON.stringify({ maxRuns, maxPoints, maxRows, callPoints, concurrency }));
}

const anyPoints = fc.array(
  fc.record({
    step: fc.oneof(fc.integer({ min: -5, max: 40 }), fc.constant(2n ** 60n)),
    timestamp: fc.integer({ min: 0, max: 9 }),
    value: fc.oneof(fc.integer(), fc.constant(NaN)),
  }, { noNullPrototype: true }),
  { minLength: 1, maxLength: 30 },
);

Deno.test("readHistories() gives what asking one by one gives, for any runs, keys, lengths and limits", async () => {
  const anyRuns = fc.array(fc.dictionary(fc.constantFrom("a", "b", "loss/ä", "lr"), anyPoints), { maxLength: 25 });
  const anyLimits = fc.record({
    version: fc.constantFrom("3.17.2", "2.22.5"),
    bulkRows: fc.integer({ min: 2, max: 60 }),
    bulkRunIds: fc.integer({ min: 0, max: 7 }),
    pageRows: fc.integer({ min: 1, max: 9 }),
    maxRuns: fc.integer({ min: 1, max: 9 }),
    maxPoints: fc.integer({ min: 1, max: 200 }),
    callPoints: fc.integer({ min: 1, max: 40 }),
    concurrency: fc.integer({ min: 1, max: 3 }),
    hasBrokenBulk: fc.boolean(),
    denied: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { maxLength: 3 }),
    forgotten: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { maxLength: 3 }),
    turns: fc.func(fc.integer({ min: 0, max: 2 })),
  });
  await fc.assert(
    fc.asyncProperty(anyRuns, anyLimits, async (lists, { denied, forgotten, turns, ...limits }) => {
      const runs: FakeRuns = new Map(lists.map((metrics, index) => [runId(index), new Map(Object.entries(metrics))]));
      const deniedIds = new Set(denied.map(runId));
      const [found] = await pointsOf(runs, {
        ...limits,
        turns,
        maxRows: limits.bulkRows,
        denied: deniedIds,
        forgotten: new Set(forgotten.map(runId)),
      });
      const expected = oneByOne(runs).map((points, index) =>
        deniedIds.has(runId(index)) ? Object.fromEntries(Object.keys(points).map((key) => [key, "denied"])) : points
      );
      assert.deepEqual(withoutWords(found), expected);
    }),
    { numRuns: 80 },
  );
});

function withoutWords(found: readonly unknown[]): unknown[] {
  return found.map((points) =>
    Object.fromEntries(
      Object.entries(points as Record<string, unknown>).map(([key, history]) => [
        key,
        Array.isArray(history) ? history : "denied",
      ]),
    )
  );
}

Deno.test("readHistories() asks for one metric of as many runs as fit into a call", async () => {
  const runs = runsOf(400, () => ({ a: series(10), b: series(10), c: series(10) }));
  const [, http] = await pointsOf(runs);
  // 97 ids of 32 digits are what 4,000 bytes hold besides the rest of the path.
  assert.equal(http.bulkPaths.length, 3 * Math.ceil(400 / 97));
  assert.equal(http.singlePaths.length, 0);
});

Deno.test("readHistories() asks for the metrics that a run has, and for no others", async () => {
  const runs = runsOf(
    50,
    (index): Record<string, readonly MetricPoint[]> => index % 10 === 0 ? { rare: series(2) } : {},
  );
  const [, http] = await pointsOf(runs);
  assert.equal(http.paths.length, 1);
  assert.equal(new URL(http.paths[0] ?? "", "http://fake").searchParams.getAll("run_id").length, 5);
});

Deno.test("readHistories() lets runs of the whole window share the calls for a rare metric", async () => {
  const runs = runsOf(
    2_000,
    (index): Record<string, readonly MetricPoint[]> =>
      index % 10 === 0 ? { common: series(1), rare: series(1) } : { common: series(1) },
  );
  const [, http] = await pointsOf(runs);
  const least = Math.ceil(2_000 / 97) + Math.ceil(200 / 97);
  assert.ok(http.paths.length <= least * 1.15, `${http.paths.length} calls where ${least} are the least`);
});

Deno.test("readHistories() keeps path and query under 4,000 bytes, static prefix and long keys included", async () => {
  const key = "größe ☃ %/".repeat(20);
  const runs = runsOf(300, () => ({ [key]: series(2), short: series(2) }));
  const http = new FakeHistories(runs);
  const client = fakeClient(http, "3.17.2", "/team/ml");
  const all = await readAll(runs, { client });
  assert.deepEqual(all.map(({ points }) => points), oneByOne(runs));
  const lengths = http.paths.map((path) => new TextEncoder().encode(path).length);
  assert.ok(Math.max(...lengths) <= 4_000);
  assert.ok(Math.max(...lengths) > 3_900);
});

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

Deno.test("readHistories() keeps metrics apart that a database takes for the same", async () => {
  const runs = runsOf(5, () => ({ loss: series(3), LOSS: series(4, 100) }));
  assert.deepEqual((await pointsOf(runs, { foldsCase: true }))[0], oneByOne(runs));
});

Deno.test("readHistories() keeps NaN and steps beyond 2^53", async () => {
  const points = [{ step: 2n ** 53n + 1n, timestamp: 1, value: NaN }, { step: -5, timestamp: 2, value: -Infinity }];
  const runs = runsOf(2, () => ({ a: points }));
  assert.deepEqual((await pointsOf(runs))[0], oneByOne(runs));
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

function atStepZero(length: number): MetricPoint[] {
  return Array.from({ length }, (_, index) => ({ step: 0, timestamp: index, value: index }));
}

async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
