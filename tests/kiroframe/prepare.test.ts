import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { AppError, InterruptedError } from "../../lib/errors.ts";
import { createEnvelope, type ImportType } from "../../lib/kiroframe/rows/payload.ts";
import { type PreparedRow, prepareRow, type RowPlace, type RowSource } from "../../lib/kiroframe/prepare.ts";
import { runLine, TestFolder } from "./folders.ts";

async function prepared(
  text: string,
  options: Partial<RowSource & RowPlace> = {},
): Promise<{ row: PreparedRow; body: string }> {
  const importType: ImportType = options.importType ?? 2;
  await using folder = await TestFolder.write({ experiments: [], runs: [], models: text });
  const file = await open(join(folder.path, "models.json"));
  try {
    const source: RowSource = {
      file,
      fileName: "runs.json",
      importType,
      envelope: createEnvelope({ importSource: "mlflow", sourceId: "x" }, importType),
      filter: { nonFinite: "omit" },
      streamAboveBytes: 1_000_000,
      ...options,
    };
    const { size } = await file.stat();
    const row = await prepareRow(source, { line: 6, offset: 0, length: options.length ?? size });
    const body = row.body();
    return { row, body: typeof body === "string" ? body : await new Response(body()).text() };
  } finally {
    await file.close();
  }
}

for (const streamAboveBytes of [10, 1_000_000]) {
  const how = streamAboveBytes === 10 ? "large" : "small";
  Deno.test(`prepareRow() gives a ${how} row's ids, hash, length and body as they are sent`, async () => {
    const text = runLine("7", "r", { latest: '{"a": "NaN", "b": 1}' });
    const sent = text.replace('"a": "NaN", ', "");
    const { row, body } = await prepared(text, { streamAboveBytes });
    assert.deepEqual([row.rowId, row.experimentId, row.experimentName], ["r", "7", "experiment 7"]);
    assert.deepEqual([row.bytes, row.broken, row.isLarge], [sent.length, null, streamAboveBytes === 10]);
    assert.equal(row.hash, createHash("sha256").update(sent).digest("hex"));
    assert.deepEqual(row.counts, { nonFinite: 1, thinned: 0 });
    assert.ok(body.endsWith(`"line": ${sent}}`));
  });

  Deno.test(`prepareRow() finds the ids of a ${how} row whose keys are in another order`, async () => {
    const { row } = await prepared('{"run_id":"r","experiment_id":"7","metrics_latest":{}}', { streamAboveBytes });
    assert.deepEqual([row.rowId, row.experimentId, row.broken], ["r", "7", null]);
  });

  Deno.test(`prepareRow() calls a ${how} row broken that is cut off or has no id, and names its line`, async () => {
    const cut = (await prepared(runLine("7", "r").slice(0, -20), { streamAboveBytes })).row;
    assert.deepEqual([cut.rowId, cut.broken], ["r", "runs.json, line 7, was not sent: The row is cut off"]);
    const none = (await prepared('{"experiment_id": "7", "tags": {}}', { streamAboveBytes })).row;
    assert.deepEqual([none.rowId, none.broken], ["line 7", "runs.json, line 7, was not sent: The row has no id"]);
  });

  Deno.test(`prepareRow() rejects where the file ends in a ${how} row`, async () => {
    const text = runLine("7", "r", { tags: `{"long": "${"x".repeat(20_000)}"}` });
    await assert.rejects(prepared(text, { streamAboveBytes, length: 50_000 }), AppError);
  });
}

Deno.test("prepareRow() asks while it reads a large row whether it is still wanted", async () => {
  const check = (): never => {
    throw new InterruptedError("Enough");
  };
  await assert.rejects(prepared(runLine("7", "r"), { streamAboveBytes: 10, check }), InterruptedError);
});

Deno.test("prepareRow() takes a list of models, indented or not, and no other JSON", async () => {
  for (const streamAboveBytes of [1, 1_000_000]) {
    const options = { importType: 3, streamAboveBytes } as const;
    const { row, body } = await prepared('[\n  {"name": "metrics_latest"}\n]\n', options);
    assert.deepEqual([row.rowId, row.broken], ["models", null]);
    assert.deepEqual(JSON.parse(body).line, [{ name: "metrics_latest" }]);
    assert.match((await prepared('[{"name": ', options)).row.broken ?? "", /not sent/);
  }
  assert.match((await prepared("{}", { importType: 3 })).row.broken ?? "", /no list/);
});
