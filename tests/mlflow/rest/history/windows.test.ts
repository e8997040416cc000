import assert from "node:assert/strict";
import fc from "fast-check";
import type { MetricPoint } from "../../../../lib/source/mod.ts";
import {
  fakeClient,
  FakeHistories,
  type FakeRuns,
  oneByOne,
  pointsOf,
  readAll,
  runId,
  runsOf,
  series,
} from "./fake_histories.ts";

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

Deno.test("readHistories() keeps metrics apart that a database takes for the same", async () => {
  const runs = runsOf(5, () => ({ loss: series(3), LOSS: series(4, 100) }));
  assert.deepEqual((await pointsOf(runs, { foldsCase: true }))[0], oneByOne(runs));
});

Deno.test("readHistories() keeps NaN and steps beyond 2^53", async () => {
  const points = [{ step: 2n ** 53n + 1n, timestamp: 1, value: NaN }, { step: -5, timestamp: 2, value: -Infinity }];
  const runs = runsOf(2, () => ({ a: points }));
  assert.deepEqual((await pointsOf(runs))[0], oneByOne(runs));
});
