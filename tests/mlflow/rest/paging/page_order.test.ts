import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareRuns,
  isInOrder,
  joins,
  offsetOfToken,
  tokenOfOffset,
} from "../../../../lib/mlflow/rest/paging/page_order.ts";
import type { Int64, Run } from "../../../../lib/source/mod.ts";
import { listedRun } from "../listing/fake_listing.ts";

function runAt(startTime: Int64, id: string): Run {
  return { ...listedRun(id, 0).run, startTime };
}

Deno.test("compareRuns() orders by start falling, then by id; a run without start comes last", () => {
  const runs = [runAt(2n ** 60n, "z"), runAt(9, "a"), runAt(9, "b"), runAt(8, "a"), runAt(0, "a")];
  assert.deepEqual(runs.toReversed().toSorted(compareRuns), runs);
  assert.ok(isInOrder(runs));
  assert.ok(!isInOrder(runs.toReversed()));
  assert.equal(compareRuns(runAt(1, "a"), runAt(1, "a")), 0);
});

Deno.test("joins() wants the last run before again, or an earlier one", () => {
  const last = runAt(5, "m");
  assert.ok(joins([last], last));
  assert.ok(joins([runAt(6, "z")], last));
  assert.ok(joins([runAt(5, "a")], last));
  assert.ok(!joins([runAt(5, "n")], last));
  assert.ok(!joins([], last));
});

Deno.test("tokenOfOffset() makes MLflow's own tokens, and offsetOfToken() reads them", () => {
  // As 3.17.2 sent them.
  assert.equal(tokenOfOffset(3), "eyJvZmZzZXQiOiAzfQ==");
  assert.equal(tokenOfOffset(0), undefined);
  fc.assert(fc.property(fc.integer({ min: 1 }), (offset) => {
    assert.equal(offsetOfToken(tokenOfOffset(offset) ?? ""), offset);
  }));
});

Deno.test("offsetOfToken() takes other tokens for no places", () => {
  for (
    const content of ["", "null", "3", '{"offset": "3"}', '{"offset": -1}', '{"offset": 1.5}', '{"offset": 1, "id": 2}']
  ) {
    assert.equal(offsetOfToken(btoa(content)), null, content);
  }
  assert.equal(offsetOfToken("no base64 ☃"), null);
});
