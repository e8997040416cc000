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
  const measured = await measure(records(), { take, maxMs: 100 });
  assert.deepEqual([measured.runs, measured.isWhole, measured.points], [1, false, pages]);
  assert.ok(measured.ms >= 100 && pages >= 2, `${measured.ms} ms, ${pages} pages`);
});

Deno.test("msFor() goes by runs and by points", () => {
  const sample = { runs: 10, points: 0, ms: 100, isWhole: true };
  assert.equal(msFor({ runs: 20, points: 0 }, sample), 200);
  assert.equal(msFor({ runs: 20, points: 2_000 }, { ...sample, points: 1_000 }), 200);
  assert.equal(msFor({ runs: 20, points: 0 }, { runs: 0, points: 0, ms: 5, isWhole: true }), 0);
});
