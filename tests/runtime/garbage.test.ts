import assert from "node:assert/strict";
import { memoryUsage } from "node:process";
import { GarbageWatch } from "../../lib/runtime/garbage.ts";

Deno.test("GarbageWatch costs no memory, however much work it counts", () => {
  const before = memoryUsage().rss;
  const watch = new GarbageWatch();
  for (let work = 0; work < 500; work++) watch.count(9 << 20);
  assert.ok(memoryUsage().rss - before < 100 << 20);
});
