import assert from "node:assert/strict";
import { HistoryLengths } from "../../../../lib/mlflow/rest/foresight/lengths.ts";
import type { Points } from "../../../../lib/source/mod.ts";
import { record, run } from "../../../source/fake_source.ts";

const point = { step: 0, timestamp: 0, value: 1 };

Deno.test("HistoryLengths goes by what was read of a metric, and bounds what a step lets expect", () => {
  const lengths = new HistoryLengths();
  assert.equal(lengths.points("loss", 100), 100);
  // A step may be anything, and nothing was read.
  assert.equal(lengths.points("loss", 2 ** 63), 250_000);
  // Every second step.
  const half = Array.from({ length: 50 }, () => point);
  lengths.learn(record(run("a"), { loss: half }), new Map([["loss", 100]]));
  assert.equal(lengths.points("loss", 200), 100);
  assert.equal(lengths.points("loss", 2 ** 63), 500);
  // Its step is a time in seconds.
  assert.equal(lengths.points("other", 1_700_000_000), 500);
  lengths.learn(record(run("b"), { other: [point, point] }), new Map([["other", 1_700_000_000]]));
  assert.equal(lengths.points("other", 3_400_000_000), 4);
});

Deno.test("HistoryLengths learns from the pages of a long history, and where they are left from the steps until there", async () => {
  const page = (start: number): Points =>
    Array.from({ length: 100 }, (_, index) => ({ step: 10 * (start + index), timestamp: 0, value: 1 }));
  async function* pages(): AsyncGenerator<Points> {
    for (let start = 0; start < 1_000; start += 100) yield page(start);
  }
  for (const most of [100, 500, Infinity]) {
    const lengths = new HistoryLengths();
    let read = 0;
    const onPoints = (count: number): void => void (read += count);
    for await (const _page of lengths.learning(pages(), { key: "loss", steps: 9_991, onPoints })) {
      if (read >= most) break;
    }
    assert.equal(read, Math.min(most, 1_000));
    // A tenth of the steps, and bounded by ten times what the whole of it has.
    assert.ok(Math.abs(lengths.points("loss", 9_991) - 1_000) < 10, `${lengths.points("loss", 9_991)}`);
    assert.ok(Math.abs(lengths.points("loss", 2 ** 63) - 10_000) < 100);
  }
});

Deno.test("HistoryLengths is not misled by a long history whose latest step is not its last, or is a time", async () => {
  async function* falling(): AsyncGenerator<Points> {
    for (const step of [2 ** 62, 5, 3]) yield [{ step, timestamp: 0, value: 1 }];
  }
  for (const pages of [1, 3]) {
    const lengths = new HistoryLengths();
    let read = 0;
    const onPoints = (count: number): void => void (read += count);
    const steps = 2 ** 63;
    for await (const _page of lengths.learning(falling(), { key: "loss", steps, onPoints })) if (read === pages) break;
    assert.ok(lengths.points("other", steps) <= 10 * 1_000 * 3, `${lengths.points("other", steps)}`);
  }
});
