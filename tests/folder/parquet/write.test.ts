import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { AppError, InterruptedError } from "../../../lib/errors.ts";
import { parquetRowCount } from "../../../lib/folder/parquet/rows.ts";
import { writeParquet } from "../../../lib/folder/parquet/write.ts";

async function inFolder(runs: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parquet-"));
  try {
    await writeFile(join(folder, "runs.json"), runs);
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function read(folder: string, name: string): Promise<Record<string, unknown>[]> {
  const { buffer } = new Uint8Array(await readFile(join(folder, name)));
  return await parquetReadObjects({ file: buffer });
}

function line(
  { id = "r", times = '5, "end_time": null', tags = "{}", params = "{}", latest = "{}", histories = "{}" } = {},
): string {
  return `{"experiment_name": "é", "experiment_id": "1", "run_id": "${id}", "status": "FINISHED", ` +
    `"lifecycle_stage": "active", "start_time": ${times}, "tags": ${tags}, "params": ${params}, ` +
    `"metrics_latest": ${latest}, "metrics_history": ${histories}, "datasets": [], "dataset_names": []}\n`;
}

Deno.test("writeParquet() keeps every value: int64, NaN, infinities, -0, texts", async () => {
  const big = "9223372036854775807";
  const least = "-9223372036854775808";
  const histories = `{"m\\"": [{"step": ${big}, "ts": ${least}, "value": "NaN"}, ` +
    `{"step": -5, "ts": 9007199254740993, "value": "-Infinity"}, {"step": 0, "ts": 1, "value": -0.0}, ` +
    `{"step": 0, "ts": 1, "value": 0.0}, {"step": 1, "ts": 1, "value": 5e-324}], ` +
    `"broken": {"error": "it is gone"}, "__proto__": [{"step": 1, "ts": 2, "value": "Infinity"}]}`;
  const runs = line({
    times: `9007199254740993, "end_time": 7`,
    tags: `{"mlflow.runName": "a\\u0000b", "10": "x", "2": ""}`,
    params: `{"p": "é\\n", "__proto__": "q"}`,
    latest: `{"m\\"": "NaN", "broken": 1e22}`,
    histories,
  }) + line({ id: "s" });
  await inFolder(runs, async (folder) => {
    assert.deepEqual(await writeParquet(folder), { "metrics.parquet": 6, "params.parquet": 2, "runs.parquet": 2 });
    const metrics = await read(folder, "metrics.parquet");
    assert.deepEqual(metrics.map(({ key, step, timestamp, value }) => [key, step, timestamp, value]), [
      ['m"', BigInt(big), BigInt(least), NaN],
      ['m"', -5n, 9007199254740993n, -Infinity],
      ['m"', 0n, 1n, -0],
      ['m"', 0n, 1n, 0],
      ['m"', 1n, 1n, 5e-324],
      ["__proto__", 1n, 2n, Infinity],
    ]);
    assert.deepEqual(new Set(metrics.map((row) => `${row["experiment_id"]} ${row["run_id"]}`)), new Set(["1 r"]));
    const params = await read(folder, "params.parquet");
    assert.deepEqual(params.map(({ run_id, key, value }) => [run_id, key, value]), [
      ["r", "p", "é\n"],
      ["r", "__proto__", "q"],
    ]);
    const [first, second] = await read(folder, "runs.parquet");
    assert.deepEqual([first?.["start_time"], first?.["end_time"]], [9007199254740993n, 7n]);
    assert.deepEqual([first?.["run_name"], first?.["experiment_name"]], ["a\0b", "é"]);
    assert.deepEqual({ ...first?.["metrics"] as object }, { 'm"': NaN, broken: 1e22 });
    assert.deepEqual({ ...first?.["tags"] as object }, { "mlflow.runName": "a\0b", "10": "x", "2": "" });
    assert.deepEqual([second?.["run_id"], second?.["run_name"], second?.["end_time"]], ["s", null, null]);
    assert.deepEqual({ ...second?.["params"] as object }, {});
  });
});

Deno.test("writeParquet() writes more rows than a group has, and files without rows", async () => {
  const points = Array.from({ length: 100_000 }, (_, step) => `{"step": ${step}, "ts": 1, "value": ${step}.5}`);
  await inFolder(line({ histories: `{"m": [${points.join(", ")}]}` }), async (folder) => {
    await writeParquet(folder);
    const metrics = await read(folder, "metrics.parquet");
    assert.equal(metrics.length, 100_000);
    assert.ok(metrics.every(({ step, value }, index) => step === BigInt(index) && value === index + 0.5));
    assert.deepEqual(await read(folder, "params.parquet"), []);
  });
  await inFolder("", async (folder) => {
    assert.deepEqual(await writeParquet(folder), { "metrics.parquet": 0, "params.parquet": 0, "runs.parquet": 0 });
    assert.deepEqual(await read(folder, "runs.parquet"), []);
  });
});

Deno.test("writeParquet() leaves nothing half where a line is no run, a number is none, or it is interrupted", async () => {
  const half = `{"m": [{"step": 1.5, "ts": 1, "value": 1.0}]}`;
  const huge = `{"m": [{"step": ${2n ** 70n}, "ts": 1, "value": 1.0}]}`;
  for (const runs of [`${line()}{"broken\n`, line() + line({ histories: half }), line({ histories: huge })]) {
    await inFolder(runs, async (folder) => {
      await assert.rejects(writeParquet(folder), AppError);
      assert.deepEqual(await readdir(folder), ["runs.json"]);
    });
  }
  await inFolder(line(), async (folder) => {
    await assert.rejects(writeParquet(folder, AbortSignal.abort(new InterruptedError("Stop"))), InterruptedError);
    assert.deepEqual(await readdir(folder), ["runs.json"]);
  });
});

Deno.test("parquetRowCount() counts rows, and knows what is no whole file", async () => {
  await inFolder(line() + line({ id: "s" }), async (folder) => {
    await writeParquet(folder);
    const path = join(folder, "runs.parquet");
    assert.equal(await parquetRowCount(path), 2);
    await truncate(path, 100);
    await assert.rejects(parquetRowCount(path), /no whole Parquet file/);
    await truncate(path, 0);
    await assert.rejects(parquetRowCount(path), /no whole Parquet file/);
  });
});
