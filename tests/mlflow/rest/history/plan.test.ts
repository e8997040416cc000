import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type HistoryCall,
  type HistoryItem,
  HistoryPlanner,
  type PlanOptions,
} from "../../../../lib/mlflow/rest/history/plan.ts";

const limits = { runIds: 90, bytesFor: () => 4_000, bytesOf: () => 40 };

function plannerOf(options: Partial<PlanOptions> = {}): HistoryPlanner {
  return new HistoryPlanner({ limits: () => limits, ...options });
}

function itemOf(index: number, key: string, steps = 1): HistoryItem {
  return { index, runId: `run ${index}`, key, steps, expected: steps };
}

function drain(next: () => HistoryCall | undefined): HistoryCall[] {
  const calls: HistoryCall[] = [];
  for (let call = next(); call !== undefined; call = next()) calls.push(call);
  return calls;
}

function sizes(calls: readonly HistoryCall[]): number[] {
  return calls.map((call) => call.items.length);
}

Deno.test("HistoryPlanner plans every item once, within the server's limits, earlier runs first", () => {
  const anyRuns = fc.array(fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.integer({ min: 1, max: 300 })), {
    maxLength: 60,
  });
  const anyLimits = fc.record({
    runIds: fc.integer({ min: 0, max: 9 }),
    bytes: fc.integer({ min: 0, max: 300 }),
    callPoints: fc.integer({ min: 1, max: 500 }),
    longPoints: fc.integer({ min: 1, max: 500 }),
    runPoints: fc.integer({ min: 1, max: 900 }),
  });
  fc.assert(fc.property(anyRuns, anyLimits, fc.boolean(), (runs, { runIds, bytes, ...options }, isLearned) => {
    const bulk = { runIds, bytesFor: () => bytes, bytesOf: () => 40 };
    const planner = plannerOf({ limits: () => bulk, ...options });
    if (isLearned) { for (const key of ["a", "b"]) planner.estimate.learn(key, { points: 7, steps: 10 }); }
    const calls: HistoryCall[] = [];
    const items = runs.map((metrics, index) =>
      Object.entries(metrics).map(([key, steps]) => itemOf(index, key, steps))
    );
    for (const [index, each] of items.entries()) {
      planner.add(each);
      calls.push(...drain(() => planner.nextFull()));
      if (index % 7 === 6) calls.push(...drain(() => planner.nextUpTo(index - 3)));
    }
    calls.push(...drain(() => planner.nextUpTo(Infinity)));
    const planned = calls.flatMap((call) => call.items);
    assert.equal(new Set(planned).size, planned.length);
    assert.deepEqual(new Set(planned), new Set(items.flat()));
    for (const { kind, items: each, expected } of calls) {
      assert.equal(new Set(each.map((item) => item.key)).size, 1);
      assert.ok(each.every((item, place) => place === 0 || item.index > (each[place - 1]?.index ?? 0)));
      if (kind !== "bulk") assert.equal(each.length, 1);
      else assert.ok(each.length <= runIds && each.length * 40 <= bytes);
      if (each.length > 1) assert.ok(expected <= options.callPoints);
    }
  }));
});

Deno.test("HistoryPlanner gives a call when it is full, and not before", () => {
  const planner = plannerOf();
  for (let index = 0; index < 89; index++) planner.add([itemOf(index, "loss"), itemOf(index, "acc")]);
  assert.equal(planner.nextFull(), undefined);
  planner.add([itemOf(89, "loss")]);
  assert.deepEqual(sizes(drain(() => planner.nextFull())), [90]);
  assert.deepEqual(sizes(drain(() => planner.nextUpTo(Infinity))), [89]);
});

Deno.test("HistoryPlanner.nextUpTo() takes later runs along in the calls of earlier ones", () => {
  const planner = plannerOf();
  for (let index = 0; index < 50; index++) planner.add([itemOf(index, index % 10 === 0 ? "rare" : "common")]);
  const call = planner.nextUpTo(0);
  assert.deepEqual(call?.items.map((item) => item.index), [0, 10, 20, 30, 40]);
  assert.equal(planner.nextUpTo(0), undefined);
});

Deno.test("HistoryPlanner.putBack() puts items before those that came later", () => {
  const planner = plannerOf();
  for (let index = 0; index < 3; index++) planner.add([itemOf(index, "loss")]);
  const call = planner.nextUpTo(0);
  planner.add([itemOf(3, "loss")]);
  planner.putBack(call?.items.slice(1) ?? []);
  assert.deepEqual(planner.nextFull()?.items.map((item) => item.index), [1, 2, 3]);
});

Deno.test("HistoryPlanner sizes calls by what it learned about a metric, or about the others", () => {
  const planner = plannerOf({ callPoints: 1_000 });
  // 100 points a step, and one point for two steps.
  planner.estimate.learn("dense", { points: 500, steps: 5 });
  planner.estimate.learn("sparse", { points: 500, steps: 1_000 });
  for (let index = 0; index < 40; index++) {
    planner.add([itemOf(index, "dense", 1), itemOf(index, "sparse", 100), itemOf(index, "new", 100)]);
  }
  const calls = drain(() => planner.nextFull() ?? planner.nextUpTo(Infinity));
  const sizesOf = (key: string): number[] => sizes(calls.filter((call) => call.items[0].key === key));
  assert.deepEqual(sizesOf("dense"), [10, 10, 10, 10]);
  assert.deepEqual(sizesOf("sparse"), [20, 20]);
  // 1,000 points for 1,005 steps in all.
  assert.deepEqual(sizesOf("new"), [10, 10, 10, 10]);
});

Deno.test("HistoryPlanner takes a history for long only when it knows the metric, or when the run is huge", () => {
  const planner = plannerOf();
  planner.add([itemOf(0, "loss", 30_000)]);
  assert.equal(planner.nextFull()?.kind, "bulk");
  planner.estimate.learn("loss", { points: 30_000, steps: 30_000 });
  planner.add([itemOf(1, "loss", 30_000)]);
  assert.equal(planner.nextFull()?.kind, "long");
  planner.add(Array.from({ length: 60 }, (_, key) => itemOf(2, `metric ${key}`, 10_000)));
  assert.ok(drain(() => planner.nextFull() ?? planner.nextUpTo(2)).every((call) => call.kind === "long"));
});
