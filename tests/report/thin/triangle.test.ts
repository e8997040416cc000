import assert from "node:assert/strict";
import fc from "fast-check";
import { largestTriangles } from "../../../lib/report/thin/triangle.ts";

Deno.test("largestTriangles() keeps a short curve whole", () => {
  assert.deepEqual(largestTriangles([1, 2, 3], [5, 6, 7], 3), [0, 1, 2]);
});

Deno.test("largestTriangles() keeps first, last and the spikes", () => {
  const xs = Array.from({ length: 10_000 }, (_, index) => index);
  const ys = xs.map((x) => (x === 3333 ? 100 : x === 7777 ? -50 : Math.sin(x / 1000)));
  const chosen = largestTriangles(xs, ys, 100);
  assert.equal(chosen.length, 100);
  for (const index of [0, 3333, 7777, 9999]) assert.ok(chosen.includes(index), `${index}`);
});

Deno.test("largestTriangles() gives as many indexes as asked for, in order, whatever the curve", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 }),
    fc.integer({ min: 3, max: 50 }),
    (ys, most) => {
      const chosen = largestTriangles(ys.map((_, index) => index), ys, most);
      assert.equal(chosen.length, Math.min(ys.length, most));
      assert.deepEqual(chosen, [...new Set(chosen)].toSorted((a, b) => a - b));
      assert.deepEqual([chosen[0], chosen.at(-1)], [0, ys.length - 1]);
    },
  ));
});
