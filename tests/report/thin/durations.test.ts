import assert from "node:assert/strict";
import { DurationCounts } from "../../../lib/report/thin/durations.ts";

Deno.test("DurationCounts knows quantiles to 2 %, and the longest exactly", () => {
  const counts = new DurationCounts();
  for (let ms = 1; ms <= 100_000; ms++) counts.add(ms);
  const found = counts.summary()!;
  for (const [value, exact] of [[found.tenthMs, 10_000], [found.medianMs, 50_000], [found.ninetiethMs, 90_000]]) {
    assert.ok(Math.abs(value! / exact! - 1) < 0.02, `${value} for ${exact}`);
  }
  assert.deepEqual([found.count, found.longestMs], [100_000, 100_000]);
});

Deno.test("DurationCounts knows nothing of nothing, and a duration of 0", () => {
  assert.equal(new DurationCounts().summary(), null);
  const counts = new DurationCounts();
  counts.add(0);
  assert.deepEqual(counts.summary(), { count: 1, tenthMs: 0, medianMs: 0, ninetiethMs: 0, longestMs: 0 });
});
