import assert from "node:assert/strict";
import { EvenSample, measure, msFor } from "../../lib/source/sample.ts";
import type { Points, RunRecord } from "../../lib/source/mod.ts";
import { record, run } from "./fake_source.ts";

function sampleOf(count: number): readonly number[] {
  const sample = new EvenSample<number>(200, 40);
  for (let i = 0; i < count; i++) sample.add(i);
  return sample.items;
}

Deno.test("EvenSample keeps all of few, and blocks spread over all of many, however many come", () => {
  assert.equal(sampleOf(0).length, 0);
  assert.deepEqual(sampleOf(150), Array.from({ length: 150 }, (_, i) => i));
  for (const count of [201, 1_000, 4_321, 100_000]) {
    const items = sampleOf(count);
    assert.ok(items.length > 80 && items.length <= 200, `${items.length} of ${count}`);
    assert.deepEqual(items, [...new Set(items)].sort((a, b) => a - b));
    // Blocks of forty that follow each other, one of them in each third.
    assert.deepEqual(items.slice(0, 40), Array.from({ length: 40 }, (_, i) => i));
    for (const third of [0, 1, 2]) {
      assert.ok(items.some((item) => item >= count * third / 3 && item < count * (third + 1) / 3), `third ${third}`);
    }
  }
});

Deno.test("measure() ends after the time of a sample, in the middle of a long history too", async () => {
  const page: Points = [{ step: 0, timestamp: 0, value: 1 }];
  let pages = 0;
  async function* endless(): AsyncGenerator<Points> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      pages++;
      yield page;
    }
  }
  async function* records(): AsyncGenerator<RunRecord> {
    for (;;) yield record(run("a"), { long: { [Symbol.asyncIterator]: endless } });
  }
  const take = async ({ histories }: RunRecord): Promise<number> => {
    let points = 0;
    for await (const some of histories.get("long") as AsyncIterable<Points>) points += some.length;
    return points;
  };
  const measured = await measure(records(), { take, sampleMs: 100 });
  assert.deepEqual([measured.runs, measured.isWhole, measured.points], [1, false, pages]);
  const ms = measured.startMs + measured.waitMs + measured.restMs;
  assert.ok(ms >= 100 && pages >= 2, `${ms} ms, ${pages} pages`);
});

Deno.test("measure() tells the start, and the wait for a long history, from what comes with runs and points", async () => {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const page: Points = [{ step: 0, timestamp: 0, value: 1 }];
  async function* searched(): AsyncGenerator<Points> {
    await wait(60);
    yield page;
    yield page;
  }
  async function* records(): AsyncGenerator<RunRecord> {
    await wait(40);
    yield record(run("a"), { long: { [Symbol.asyncIterator]: searched } });
    yield record(run("b"), { short: page });
  }
  const take = async ({ histories }: RunRecord): Promise<number> => {
    let points = 0;
    for (const history of histories.values()) {
      if (Symbol.asyncIterator in history) { for await (const some of history) points += some.length; }
      else points += (history as Points).length;
    }
    await wait(10);
    return points;
  };
  const { runs, points, startMs, waitMs, restMs, isWhole } = await measure(records(), { take });
  assert.deepEqual([runs, points, isWhole], [2, 3, true]);
  assert.ok(startMs >= 39 && waitMs >= 59 && restMs >= 19, `${startMs}, ${waitMs}, ${restMs}`);
  assert.ok(startMs + waitMs + restMs < 2_000);
});

Deno.test("msFor() counts the start once, the waiting by runs, and the rest by runs and points", () => {
  const sample = { runs: 10, points: 0, startMs: 0, waitMs: 0, restMs: 100, isWhole: true };
  assert.equal(msFor({ runs: 20, points: 0 }, sample), 200);
  assert.equal(msFor({ runs: 20, points: 2_000 }, { ...sample, points: 1_000 }), 200);
  assert.equal(msFor({ runs: 20, points: 0 }, { ...sample, startMs: 50, waitMs: 30 }), 50 + 60 + 200);
  // One history of which a part was read: the store looks through it once.
  const cut = { runs: 1, points: 1_000, startMs: 50, waitMs: 30, restMs: 104, isWhole: false };
  assert.equal(msFor({ runs: 1, points: 10_360 }, cut), 50 + 30 + 1_040);
  assert.equal(msFor({ runs: 20, points: 0 }, { ...sample, runs: 0 }), 0);
});
