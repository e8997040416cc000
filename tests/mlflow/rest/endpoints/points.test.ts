import assert from "node:assert/strict";
import { AppError } from "../../../../lib/errors.ts";
import { BulkReading, readHistory, toPoints } from "../../../../lib/mlflow/rest/endpoints/points.ts";

Deno.test("readHistory() reads all forms of numbers that MLflow writes", () => {
  const { items } = readHistory({
    metrics: [
      { key: "k", value: "NaN", timestamp: 1, step: 2 },
      { key: "k", value: "-Infinity", timestamp: "3", step: "-4" },
      { key: "k", value: NaN, timestamp: 5, step: 2n ** 60n },
      { key: "k", value: 0.5 },
    ],
  });
  assert.deepEqual([...items], [
    { value: NaN, timestamp: 1, step: 2 },
    { value: -Infinity, timestamp: 3, step: -4 },
    { value: NaN, timestamp: 5, step: 2n ** 60n },
    { value: 0.5, timestamp: 0, step: 0 },
  ]);
});

Deno.test("readHistory() takes an empty reply for an empty history", () => {
  const { items, token } = readHistory({});
  assert.deepEqual([items.length, [...items], token], [0, [], undefined]);
});

Deno.test("BulkReading deals the rows of one metric to their runs, and counts all", () => {
  const row = (runId: string, step: number, key = "k"): object => ({
    key,
    run_id: runId,
    step,
    timestamp: 1,
    value: 2,
  });
  const reply = { metrics: [row("a", 0), row("b", 1), row("b", 2, "K"), row("a", 3), row("c", 4, "K")] };
  const reading = new BulkReading("k", 5);
  reading.take(reply.metrics.slice(0, 3));
  const { rows, lastRunId, byRun } = reading.end({ metrics: reply.metrics.slice(3) });
  assert.deepEqual([rows, lastRunId], [5, "c"]);
  assert.deepEqual([...byRun].map(([runId, points]) => [runId, [...points].map(({ step }) => step)]), [["a", [0, 3]], [
    "b",
    [1],
  ]]);
  assert.deepEqual([...byRun.get("b") ?? []], [{ step: 1, timestamp: 1, value: 2 }]);
});

Deno.test("toPoints() throws an AppError for what is not a logged value", () => {
  for (const rows of [{}, [null], [{ value: "soon" }], [{ value: 1, step: 1.5 }], [{ value: 1, timestamp: "x" }]]) {
    assert.throws(() => toPoints(rows), AppError);
  }
  assert.throws(() => new BulkReading("k", 5).end({ metrics: [{ key: "k", value: 1, step: 2n }] }), AppError);
});

Deno.test("BulkReading ends a reply with more rows than were asked for, as it comes", () => {
  const reading = new BulkReading("k", 5);
  const rows = [1, 2, 3].map((step) => ({ key: "k", run_id: "a", step, timestamp: 1, value: 2 }));
  reading.take(rows);
  assert.throws(() => reading.take(rows), /^AppError: .*more than the 5 values asked for/);
});

Deno.test("readHistory() says what it found of a row that is nested deeper than the stack", () => {
  let deep: unknown = [];
  for (let depth = 0; depth < 200_000; depth++) deep = [deep];
  assert.throws(() => readHistory({ metrics: [deep] }), (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.match(error.message, /found \["\[…\]"\] in place of a value/);
    return true;
  });
});
