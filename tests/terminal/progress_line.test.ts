import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, render } from "../../lib/terminal/progress_line.ts";
import type { ProgressState } from "../../lib/terminal/progress_line.ts";
import { widthOf } from "../../lib/visible.ts";

const STATE: ProgressState = {
  label: "Exporting runs",
  done: 1040,
  total: 2000,
  ratePerSecond: 34.2,
  elapsedMs: 31_000,
  detail: "digits",
};

Deno.test("render() shows bar, counts, time left, rate and detail", () => {
  assert.equal(
    render(STATE, 120),
    "Exporting runs  [##########----------]  1,040 of 2,000 (52%)  0:28 left  34/s  digits",
  );
  assert.equal(render(STATE, 80), "Exporting runs  [#####-----]  1,040 of 2,000 (52%)  0:28 left  34/s  digits");
});

Deno.test("render() shows elapsed time and no bar while the total is unknown", () => {
  assert.equal(render({ ...STATE, total: undefined }, 80), "Exporting runs  1,040  0:31  34/s  digits");
  assert.equal(render({ ...STATE, total: 0, done: 0 }, 80), "Exporting runs  0 of 0  0:00 left  34/s  digits");
});

Deno.test("render() leaves out what does not fit, the least needed first", () => {
  assert.equal(render(STATE, 60), "Exporting runs  1,040 of 2,000 (52%)  0:28 left  34/s");
  assert.equal(render(STATE, 50), "Exporting runs  1,040 of 2,000 (52%)  0:28 left");
  assert.equal(render(STATE, 40), "Exporting runs  1,040 of 2,000 (52%)");
  assert.equal(render(STATE, 20), "Exporting runs");
  assert.equal(render(STATE, 10), "Exporti...");
});

Deno.test("render() never exceeds the columns, whatever the state", () => {
  const state = fc.record({
    label: fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replace(/[^ -~]/g, "x")),
    done: fc.nat(),
    total: fc.option(fc.nat(), { nil: undefined }),
    ratePerSecond: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
    elapsedMs: fc.nat(),
    detail: fc.string({ unit: "grapheme" }),
  });
  fc.assert(fc.property(state, fc.nat({ max: 200 }), (value, columns) => {
    const line = render(value, columns);
    return widthOf(line) <= columns && !/\p{Cc}/u.test(line);
  }));
});

Deno.test("render() shows untrusted detail without control characters", () => {
  assert.equal(render({ ...STATE, detail: "a\x1b[2J\nb" }, 120).slice(-11), "a\\x1b[2J\\nb");
});

Deno.test("describe() says the same in a line of the log", () => {
  assert.equal(describe(STATE), "Exporting runs: 1,040 of 2,000 (52%), 0:28 left, 34/s, digits");
  const early = { ...STATE, ratePerSecond: undefined, detail: "" };
  assert.equal(describe(early), "Exporting runs: 1,040 of 2,000 (52%), 0:31");
  assert.equal(
    describe({ ...early, ratePerSecond: 1.44, done: 3000 }),
    "Exporting runs: 3,000 of 2,000 (100%), 0:00 left, 1.4/s",
  );
  assert.equal(describe({ ...early, ratePerSecond: 0 }), "Exporting runs: 1,040 of 2,000 (52%), 0:31, 0.0/s");
});
