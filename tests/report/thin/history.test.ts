import assert from "node:assert/strict";
import { ThinnedHistory } from "../../../lib/report/thin/history.ts";

Deno.test("ThinnedHistory keeps the first, the last and the extremes of a million points", () => {
  const history = new ThinnedHistory();
  for (let step = 0; step < 1_000_000; step++) {
    history.add({ step, ts: step, value: step === 654_321 ? 1e6 : step === 123_456 ? -1e6 : step / 1e6 });
  }
  const { xs, ys } = history.line(200);
  assert.equal(history.taken, 1_000_000);
  assert.ok(xs.length <= 200);
  assert.deepEqual([xs[0], xs.at(-1)], [0, 999_999]);
  assert.ok(ys.includes(1e6) && ys.includes(-1e6));
});

Deno.test("ThinnedHistory leaves out what cannot be drawn, and counts it", () => {
  const history = new ThinnedHistory();
  for (const [step, value] of ([1, "NaN", 3, "Infinity"] as const).entries()) history.add({ step, ts: 0, value });
  assert.deepEqual(history.line(10), { xs: [0, 2], ys: [1, 3] });
  assert.deepEqual([history.taken, history.notFinite], [4, 2]);
});

Deno.test("ThinnedHistory runs along seconds where all points have one step, and sorts steps that went back", () => {
  const timed = new ThinnedHistory();
  for (const ts of [5000, 6000, 8500]) timed.add({ step: 7, ts, value: 1 });
  assert.deepEqual(timed.line(10).xs, [0, 1, 3.5]);
  assert.equal(timed.hasSteps, false);
  const again = new ThinnedHistory();
  for (const [ts, step] of [0, 1, 2, 1, 3].entries()) again.add({ step, ts, value: ts });
  assert.deepEqual(again.line(10), { xs: [0, 1, 1, 2, 3], ys: [0, 1, 3, 2, 4] });
});

Deno.test("ThinnedHistory draws no curve of one moment", () => {
  const history = new ThinnedHistory();
  for (const value of [1, 2]) history.add({ step: 0, ts: 5, value });
  assert.equal(history.isCurve, false);
});
