import assert from "node:assert/strict";
import { AppError } from "../../lib/errors.ts";
import { readBulkHistory, readHistory, toPoints } from "../../lib/mlflow/points.ts";

Deno.test("readHistory() reads all forms of numbers that MLflow writes", () => {
  const { items } = readHistory({
    metrics: [
      { key: "k", value: "NaN", timestamp: 1, step: 2 },
      { key: "k", value: "-Infinity", timestamp: "3", step: "-4" },
      { key: "k", value: NaN, timestamp: 5, step: 2n ** 60n },
      { key: "k", value: 0.5 },
    ],
  });
  assert.deepEqual(items, [
    { value: NaN, timestamp: 1, step: 2 },
    { value: -Infinity, timestamp: 3, step: -4 },
    { value: NaN, timestamp: 5, step: 2n ** 60n },
    { value: 0.5, timestamp: 0, step: 0 },
  ]);
});

Deno.test("readHistory() takes an empty reply for an empty history", () => {
  assert.deepEqual(readHistory({}), { items: [], token: undefined });
});

Deno.test("readBulkHistory() keeps run and key of each row", () => {
  const row = { key: "k", run_id: "r", step: 0, timestamp: 1, value: 2 };
  assert.deepEqual(readBulkHistory({ metrics: [row] }), [{
    runId: "r",
    key: "k",
    point: { step: 0, timestamp: 1, value: 2 },
  }]);
});

Deno.test("toPoints() throws an AppError for what is not a logged value", () => {
  for (const rows of [{}, [null], [{ value: "soon" }], [{ value: 1, step: 1.5 }], [{ value: 1, timestamp: "x" }]]) {
    assert.throws(() => toPoints(rows), AppError);
  }
  assert.throws(() => readBulkHistory({ metrics: [{ key: "k", value: 1, step: 2n }] }), AppError);
});
