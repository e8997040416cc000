import assert from "node:assert/strict";
import fc from "fast-check";
import { createThinner } from "../../../lib/kiroframe/rows/thinning.ts";

function kept(count: number, maxPoints: number, extremes: readonly [number, number] = [-1, -1]): number[] {
  const isKept = createThinner({ count, minIndex: extremes[0], maxIndex: extremes[1] }, maxPoints);
  return Array.from({ length: count }, (_, index) => index).filter((index) => isKept(index));
}

Deno.test("createThinner() keeps every point of a history that is short enough", () => {
  assert.deepEqual(kept(5, 5, [1, 2]), [0, 1, 2, 3, 4]);
  assert.deepEqual(kept(0, 5), []);
});

Deno.test("createThinner() keeps as many as are allowed and never more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 50 }), fc.nat(), (count, max, seed) => {
      const extremes = [seed % count, (seed * 7) % count] as const;
      const indexes = kept(count, max, extremes);
      assert.ok(indexes.length <= max);
      assert.ok(indexes.length >= Math.min(count, max) - 2);
      if (max >= 1) assert.ok(indexes.includes(count - 1));
      if (max >= 2) assert.ok(indexes.includes(0));
      if (max >= 4) { for (const extreme of extremes) assert.ok(indexes.includes(extreme)); }
    }),
  );
});

Deno.test("createThinner() spreads points evenly", () => {
  assert.deepEqual(kept(101, 6), [0, 20, 40, 60, 80, 100]);
});

Deno.test("createThinner() prefers the last, then the first, then the extremes where there is room for few", () => {
  assert.deepEqual(kept(10, 1, [3, 4]), [9]);
  assert.deepEqual(kept(10, 2, [3, 4]), [0, 9]);
  assert.deepEqual(kept(10, 3, [3, 4]), [0, 3, 9]);
  assert.deepEqual(kept(10, 4, [3, 4]), [0, 3, 4, 9]);
});
