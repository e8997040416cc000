import assert from "node:assert/strict";
import { HistoryLengths } from "../../../../lib/mlflow/rest/foresight/lengths.ts";
import { record, run } from "../../../source/fake_source.ts";

const point = { step: 0, timestamp: 0, value: 1 };

Deno.test("HistoryLengths goes by what was read of a metric, and bounds what a step lets expect of one that was not", () => {
  const lengths = new HistoryLengths();
  assert.equal(lengths.points("loss", { steps: 100, count: 1 }), 100);
  // Every second step, in each of two runs.
  const half = Array.from({ length: 50 }, () => point);
  lengths.learn(record(run("a"), { loss: half }), new Map([["loss", 100]]));
  assert.equal(lengths.points("loss", { steps: 400, count: 2 }), 200);
  // Its step is a time in seconds.
  assert.equal(lengths.points("other", { steps: 1_700_000_000, count: 1 }), 500);
  lengths.learn(record(run("b"), { other: [point, point] }), new Map([["other", 1_700_000_000]]));
  assert.equal(lengths.points("other", { steps: 3_400_000_000, count: 2 }), 4);
});
