import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { idsOfRow } from "../../../lib/kiroframe/rows/ids.ts";
import { readRowHead } from "../../../lib/lines/row_head.ts";

Deno.test("idsOfRow() and readRowHead() agree, whatever the texts hold", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), fc.string(), (name, id, runId) => {
    const row = Buffer.from(JSON.stringify({ experiment_name: name, experiment_id: id, run_id: runId, more: [1] }));
    assert.deepEqual(readRowHead(row), idsOfRow(row));
    assert.deepEqual(idsOfRow(row), {
      experimentId: id,
      experimentName: JSON.parse(row.toString()).experiment_name,
      runId,
    });
  }));
});

Deno.test("idsOfRow() finds ids anywhere, and none where there is no row", () => {
  const row = '{"metrics_latest": {"experiment_id": NaN}, "run_id": "r", "experiment_id": "1"}';
  assert.deepEqual(idsOfRow(Buffer.from(row)), { experimentId: "1", experimentName: "", runId: "r" });
  for (const text of ["", "[]", "null", '{"experiment_id": 1}', '{"experiment_id": "1"']) {
    assert.equal(idsOfRow(Buffer.from(text)), undefined, text);
  }
});
