import assert from "node:assert/strict";
import { orderedPoints } from "../../../lib/mlflow/points/stored.ts";

Deno.test("orderedPoints() orders by timestamp, step and stored value, where a NaN stands for 0", () => {
  const points = orderedPoints({
    steps: [5, 1, 1, 1, 2n ** 60n],
    timestamps: [1, 2, 2, 2, 1],
    values: [9, 0.5, 0, -1, 3],
    nans: new Set([2]),
  });
  assert.equal(points.length, 5);
  assert.deepEqual([...points], [
    { step: 5, timestamp: 1, value: 9 },
    { step: 2n ** 60n, timestamp: 1, value: 3 },
    { step: 1, timestamp: 2, value: -1 },
    { step: 1, timestamp: 2, value: NaN },
    { step: 1, timestamp: 2, value: 0.5 },
  ]);
});

Deno.test("orderedPoints() takes lists over that are in order, but for what is NaN in them", () => {
  const lists = { steps: [1, 2], timestamps: [1, 2], values: new Float64Array([7, 0]) };
  assert.equal(orderedPoints({ ...lists, nans: new Set() }).lists.values, lists.values);
  assert.deepEqual([...orderedPoints({ ...lists, nans: new Set([1]) })].map(({ value }) => value), [7, NaN]);
  assert.deepEqual([...lists.values], [7, 0]);
});
