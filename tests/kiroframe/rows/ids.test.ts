import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { idsOfHead, idsOfRow } from "../../../lib/kiroframe/rows/ids.ts";
import { experimentLine, runLine } from "../folders.ts";

Deno.test("idsOfHead() reads the ids of rows as an export writes them", () => {
  assert.deepEqual(idsOfHead(Buffer.from(runLine("7", "abc"))), {
    experimentId: "7",
    experimentName: "experiment 7",
    runId: "abc",
  });
  assert.deepEqual(idsOfHead(Buffer.from(experimentLine("7"))), {
    experimentId: "7",
    experimentName: "experiment 7",
    runId: null,
  });
});

Deno.test("idsOfHead() and idsOfRow() agree, whatever the texts hold", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), fc.string(), (name, id, runId) => {
    const row = Buffer.from(JSON.stringify({ experiment_name: name, experiment_id: id, run_id: runId, more: [1] }));
    assert.deepEqual(idsOfHead(row), idsOfRow(row));
    assert.deepEqual(idsOfRow(row), {
      experimentId: id,
      experimentName: JSON.parse(row.toString()).experiment_name,
      runId,
    });
  }));
});

Deno.test("idsOfHead() says nothing of a row whose ids stand elsewhere or are cut off", () => {
  for (const text of ['{"tags": {}, "experiment_id": "1"}', runLine("7", "abc").slice(0, 60), "", "[]", "null"]) {
    assert.equal(idsOfHead(Buffer.from(text)), undefined, text);
  }
});

Deno.test("idsOfRow() finds ids anywhere, and none where there is no row", () => {
  const row = '{"metrics_latest": {"experiment_id": NaN}, "run_id": "r", "experiment_id": "1"}';
  assert.deepEqual(idsOfRow(Buffer.from(row)), { experimentId: "1", experimentName: "", runId: "r" });
  for (const text of ["", "[]", "null", '{"experiment_id": 1}', '{"experiment_id": "1"']) {
    assert.equal(idsOfRow(Buffer.from(text)), undefined, text);
  }
});
