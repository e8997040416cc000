import assert from "node:assert/strict";
import { readRowHead } from "../../lib/lines/row_head.ts";
import { experimentLine, runLine } from "../kiroframe/folders.ts";

const read = (text: string): ReturnType<typeof readRowHead> => readRowHead(new TextEncoder().encode(text));

Deno.test("readRowHead() reads the ids of rows as an export writes them", () => {
  const of7 = { experimentId: "7", experimentName: "experiment 7" };
  assert.deepEqual(read(runLine("7", "abc")), { ...of7, runId: "abc" });
  assert.deepEqual(read(experimentLine("7")), { ...of7, runId: null });
});

Deno.test("readRowHead() says nothing of a row whose ids stand elsewhere or are cut off", () => {
  for (const text of ['{"tags": {}, "experiment_id": "1"}', runLine("7", "abc").slice(0, 60), "", "[]", "null"]) {
    assert.equal(read(text), undefined, text);
  }
});

Deno.test("readRowHead() is not fooled by an experiment's name", () => {
  const name = '", "experiment_id": "9", "run_id": "evil\\';
  const found = read(`{"experiment_name": ${JSON.stringify(name)}, "experiment_id": "1", "run_id": "r", "x`);
  assert.deepEqual(found, { experimentId: "1", experimentName: name, runId: "r" });
});

Deno.test("readRowHead() bears names as long as 16 KB, and characters cut in their middle", () => {
  for (const length of [100, 440, 441, 442, 443, 444, 500, 7900]) {
    const name = `${"n".repeat(length % 4)}${"☃".repeat(length / 2)}`;
    assert.equal(read(runLine("7", "abc").replace("experiment 7", name))?.experimentName, name);
  }
  assert.equal(read(runLine("7", "abc").replace("experiment 7", "n".repeat(16_384))), undefined);
});

Deno.test("readRowHead() says nothing of a text that is no JSON string", () => {
  for (const name of ["\\q", "\\u12", "\u0001", "\n"]) {
    assert.equal(read(`{"experiment_name": "${name}", "experiment_id": "1", "run_id": "r", "x": 1}`), undefined, name);
  }
});
