import assert from "node:assert/strict";
import { allot, MOST_SECTIONS } from "../../../lib/report/facts/budget.ts";

function rowsOf(runs: readonly number[]): number[] {
  return [...allot(runs.map((count, index) => ({ id: String(index), runs: count }))).values()].map(({ rows }) => rows);
}

Deno.test("allot() shows all of 20,000 runs", () => {
  assert.deepEqual(rowsOf([15_000, 5_000]), [15_000, 5_000]);
});

Deno.test("allot() shares the rows so that small experiments stay whole", () => {
  assert.deepEqual(rowsOf([1_000_000, 0, 100, 30_000]), [9_950, 0, 100, 9_950]);
});

Deno.test("allot() gives sections to so many experiments, those with runs, and never more points than the page holds", () => {
  for (const count of [1, 20, 500]) {
    const all = [...allot(Array.from({ length: count }, (_, index) => ({ id: String(index), runs: 1000 }))).values()];
    assert.equal(all.filter(({ rows }) => rows > 0).length, Math.min(count, MOST_SECTIONS));
    const points = all.reduce((sum, one) => sum + one.curveRuns * one.curveMetrics * one.curvePoints, 0);
    assert.ok(points <= 60_000, `${points} points for ${count}`);
  }
});
