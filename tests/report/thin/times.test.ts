import assert from "node:assert/strict";
import { TimeCounts } from "../../../lib/report/thin/times.ts";

Deno.test("TimeCounts counts every event, in few bars, in bounded memory", () => {
  const times = new TimeCounts();
  const hour = 3_600_000;
  for (let index = 0; index < 50_000; index++) times.add(1_700_000_000_000 + index * hour, index % 4 === 0 ? "a" : "b");
  const { bars, widthMs } = times.bars(60);
  const sum = (kind: string): number => bars.reduce((all, { counts }) => all + (counts.get(kind) ?? 0), 0);
  assert.deepEqual([sum("a"), sum("b")], [12_500, 37_500]);
  assert.ok(bars.length <= 61 && bars.length > 5, `${bars.length}`);
  assert.ok(bars.every(({ startMs }) => startMs % widthMs === 0));
});

Deno.test("TimeCounts has one bar for one moment, and none for none", () => {
  const times = new TimeCounts();
  assert.deepEqual(times.bars(60).bars, []);
  times.add(5500, "a");
  assert.deepEqual(times.bars(60), { widthMs: 1000, bars: [{ startMs: 5000, counts: new Map([["a", 1]]) }] });
});
