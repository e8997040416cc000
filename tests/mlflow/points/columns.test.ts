import assert from "node:assert/strict";
import { PointColumns } from "../../../lib/mlflow/points/columns.ts";
import { series } from "../rest/history/fake_histories.ts";

Deno.test("PointColumns.slices() gives all points in order, as many at a time as asked for", () => {
  const columns = new PointColumns();
  const points = [...series(7), { step: 9_007_199_254_740_993n, timestamp: -1, value: NaN }];
  columns.push(points.slice(0, 3));
  columns.push(points.slice(3));
  assert.equal(columns.length, 8);
  assert.deepEqual([...columns.slices(3)].map((slice) => slice.length), [3, 3, 2]);
  assert.deepEqual([...columns.slices(3)].flatMap((slice) => [...slice]), points);
});
