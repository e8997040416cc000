import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, type ProgressState, renderArea } from "../../lib/terminal/live_area.ts";
import { widthOf } from "../../lib/visible.ts";

const NO_COUNTS = { unchanged: 0, points: 0, artifactFiles: 0, artifactBytes: 0, sent: 0, skipped: 0, failed: 0 };

const ROWS: ProgressState = {
  label: "Importing runs",
  done: 1040,
  total: 2000,
  experiments: undefined,
  counts: { ...NO_COUNTS, sent: 1000, skipped: 40, failed: 2 },
  ratePerSecond: 34.2,
  elapsedMs: 31_000,
  leftMs: 28_000,
  detail: "digits",
  waiting: undefined,
  throttled: undefined,
};

const RUNS: ProgressState = {
  ...ROWS,
  label: "Exporting runs",
  done: 1204,
  total: undefined,
  experiments: { done: 12, total: 40 },
  counts: { ...NO_COUNTS, points: 120_400, unchanged: 90, artifactFiles: 312, artifactBytes: 1_200_000_000 },
  waiting: { calls: 3, ms: 11_400, reason: "MLflow answered 429" },
  throttled: { service: "MLflow", places: 2, most: 8 },
};

Deno.test("renderArea() shows bar, counts, time left, rate and detail, as many in a line as fit", () => {
  assert.deepEqual(renderArea(ROWS, 199), [
    "Importing runs  [##########----------]  1,040 of 2,000 (52%)  0:28 left  34/s  1,000 rows sent  40 there already  2 failed  digits",
  ]);
  assert.deepEqual(renderArea(ROWS, 79), [
    "Importing runs  [#####-----]  1,040 of 2,000 (52%)  0:28 left  34/s",
    "1,000 rows sent  40 there already  2 failed  digits",
  ]);
  assert.deepEqual(renderArea(ROWS, 39), [
    "Importing runs  [#####-----]",
    "1,040 of 2,000 (52%)  0:28 left  34/s",
    "1,000 rows sent  40 there already",
    "2 failed  digits",
  ]);
});

Deno.test("renderArea() shows experiments, runs, points, artifacts, and what is waited for and why", () => {
  assert.deepEqual(renderArea(RUNS, 199), [
    "Exporting runs  [######--------------]  12 of 40 experiments (30%)  0:28 left  1,204 runs  34/s  90 unchanged  " +
    "120,400 points  312 files of 1.2 GB  digits",
    "MLflow answered 429: 3 calls wait 12 s",
    "2 of 8 calls at a time: MLflow is busy",
  ]);
  assert.deepEqual(renderArea(RUNS, 39), [
    "Exporting runs  [###-------]",
    "12 of 40 experiments (30%)  0:28 left",
    "1,204 runs  34/s  90 unchanged",
    "120,400 points  312 files of 1.2 GB",
    "digits",
    "MLflow answered 429: 3 calls wait 12 s",
    "2 of 8 calls at a time: MLflow is busy",
  ]);
});

Deno.test("renderArea() shows the time that went by where nothing tells what is left, and no bar without a total", () => {
  const early = { ...ROWS, total: undefined, done: 0, counts: NO_COUNTS, ratePerSecond: undefined, leftMs: undefined };
  assert.deepEqual(renderArea({ ...early, detail: "" }, 80), ["Importing runs  0:31"]);
  assert.deepEqual(renderArea({ ...early, detail: "", done: 3 }, 80), ["Importing runs  3  0:31"]);
  assert.deepEqual(renderArea({ ...early, detail: "", total: 0 }, 80), ["Importing runs  0 of 0  0:31"]);
});

Deno.test("renderArea() never exceeds the columns, whatever the state", () => {
  const text = fc.string({ unit: "grapheme" });
  const state = fc.record({
    label: fc.string({ minLength: 1, maxLength: 30 }).map((label) => label.replace(/[^ -~]/g, "x")),
    done: fc.nat(),
    total: fc.option(fc.nat(), { nil: undefined }),
    experiments: fc.option(fc.record({ done: fc.nat(), total: fc.nat() }), { nil: undefined }),
    counts: fc.record({
      unchanged: fc.nat(),
      points: fc.nat(),
      artifactFiles: fc.nat(),
      artifactBytes: fc.nat(),
      sent: fc.nat(),
      skipped: fc.nat(),
      failed: fc.nat(),
    }),
    ratePerSecond: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
    elapsedMs: fc.nat(),
    leftMs: fc.option(fc.nat(), { nil: undefined }),
    detail: text,
    waiting: fc.option(fc.record({ calls: fc.nat(), ms: fc.nat(), reason: text }), { nil: undefined }),
    throttled: fc.option(fc.record({ service: fc.constant("MLflow"), places: fc.nat(), most: fc.nat() }), {
      nil: undefined,
    }),
  });
  fc.assert(fc.property(state, fc.nat({ max: 200 }), (value, columns) => {
    return renderArea(value, columns).every((line) => widthOf(line) <= columns && !/\p{Cc}/u.test(line));
  }));
});

Deno.test("renderArea() shows untrusted detail without control characters", () => {
  assert.match(renderArea({ ...ROWS, detail: "a\x1b[2J\nb" }, 199)[0] ?? "", / {2}a\\x1b\[2J\\nb$/);
});

Deno.test("describe() says the same in a line of the log", () => {
  assert.equal(
    describe(ROWS),
    "Importing runs: 1,040 of 2,000 (52%), 0:28 left, 34/s, 1,000 rows sent, 40 there already, 2 failed, digits",
  );
  assert.equal(
    describe(RUNS),
    "Exporting runs: 12 of 40 experiments (30%), 0:28 left, 1,204 runs, 34/s, 90 unchanged, 120,400 points, " +
      "312 files of 1.2 GB, digits; MLflow answered 429: 3 calls wait 12 s; " +
      "2 of 8 calls at a time: MLflow is busy",
  );
});
