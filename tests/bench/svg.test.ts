import assert from "node:assert/strict";
import { drawCurves, marks } from "../../bench/svg.ts";

Deno.test("marks() gives the powers of ten around the numbers, two at least", () => {
  assert.deepEqual(marks([500, 20_000]), [100, 1_000, 10_000, 100_000]);
  assert.deepEqual(marks([0.02, 0.5]), [0.01, 0.1, 1]);
  assert.deepEqual(marks([10]), [10, 100]);
});

Deno.test("marks() gives equal steps where an axis begins at 0", () => {
  assert.deepEqual(marks([100, 0, 20]), [0, 20, 40, 60, 80, 100]);
  const series = [{ name: "a", points: [[0, 1], [20, 10], [100, 100]] as const }];
  const svg = drawCurves([{ title: "t", x: "x", y: "y", series }]);
  const [first, second, last] = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x));
  assert.ok(Math.abs(((second ?? NaN) - (first ?? NaN)) / ((last ?? NaN) - (first ?? NaN)) - 0.2) < 0.01);
});

Deno.test("drawCurves() draws each point where its numbers say, and escapes names", () => {
  const series = [{ name: "a < b & c", points: [[1, 1], [10, 10], [100, 100]] as const }];
  const svg = drawCurves([{ title: "t", x: "x", y: "y", series }]);
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
  assert.ok(svg.includes("a &lt; b &amp; c"));
  const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
  assert.equal(dots.length, 3);
  const [first, middle, last] = dots as [[number, number], [number, number], [number, number]];
  // On logarithmic axes the middle of 1 and 100 is 10, and y grows upwards.
  assert.ok(Math.abs(middle[0] - (first[0] + last[0]) / 2) < 0.2);
  assert.ok(Math.abs(middle[1] - (first[1] + last[1]) / 2) < 0.2);
  assert.ok(first[1] > last[1]);
});
