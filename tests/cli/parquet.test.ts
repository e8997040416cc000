import assert from "node:assert/strict";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { Lab, runProgram } from "./run_program.ts";

const NAMES = ["metrics.parquet", "params.parquet", "runs.parquet"];

async function read(folder: string, name: string): Promise<Record<string, unknown>[]> {
  const { buffer } = new Uint8Array(await readFile(join(folder, name)));
  return await parquetReadObjects({ file: buffer });
}

async function parquetIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes(".parquet")).sort();
}

/** All points of runs.json, as the rows of metrics.parquet are to be. */
async function pointsOf(folder: string): Promise<unknown[][]> {
  const lines = (await readFile(join(folder, "runs.json"), "utf8")).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  return lines.flatMap(({ run_id, metrics_history }) =>
    Object.entries<{ step: number; ts: number; value: number | string }[]>(metrics_history).flatMap(([key, points]) =>
      points.map(({ step, ts, value }) => [run_id, key, BigInt(step), BigInt(ts), Number(value)])
    )
  );
}

async function assertWhole(folder: string): Promise<void> {
  assert.deepEqual(await parquetIn(folder), NAMES);
  const metrics = await read(folder, "metrics.parquet");
  assert.deepEqual(
    metrics.map(({ run_id, key, step, timestamp, value }) => [run_id, key, step, timestamp, value]),
    await pointsOf(folder),
  );
  const verified = await runProgram(["verify", folder]);
  assert.equal(verified.code, 0, verified.stderr + verified.stdout);
}

Deno.test("--parquet writes three files, and verify knows when one is not what was written", async () => {
  await using lab = await Lab.open({
    mlflow: { world: generateWorld({ runs: 20, metrics: 3, points: 4 }) },
  });
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 0);
  assert.deepEqual(await parquetIn((await lab.folders()).at(-1) ?? ""), []);
  const done = await runProgram(["export", ...lab.exportFlags, "--parquet"]);
  assert.equal(done.code, 0, done.stderr);
  const folder = (await lab.folders()).at(-1) ?? "";
  await assertWhole(folder);
  const runs = await read(folder, "runs.parquet");
  const csv = (await readFile(join(folder, "runs.csv"), "utf8")).trimEnd().split("\n");
  assert.deepEqual(
    runs.map(({ run_id }) => run_id).sort(),
    csv.slice(1).map((line) => line.split(",")[0]).sort(),
  );
  const path = join(folder, "params.parquet");
  const bytes = await readFile(path);
  for (const change of [(): void => void (bytes[20]! ^= 1), (): void => void bytes.fill(0, bytes.length - 4)]) {
    change();
    await writeFile(path, bytes);
    const verified = await runProgram(["verify", folder]);
    assert.equal(verified.code, 3, verified.stdout);
    assert.match(verified.stdout + verified.stderr, /params\.parquet/);
  }
  await copyFile(join(folder, "metrics.parquet"), join(folder, "runs.parquet"));
  const verified = await runProgram(["verify", folder]);
  assert.match(verified.stdout + verified.stderr, /runs\.parquet: summary\.json says 20 rows/);
});

Deno.test("--parquet is added to a finished folder, by EXPORT_PARQUET too, and what an import left stays", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags])).code, 0);
  const [folder = ""] = await lab.folders();
  const before = JSON.parse(await readFile(join(folder, "summary.json"), "utf8"));
  const again = await runProgram(["export", ...lab.exportFlags, "--resume", folder], {
    env: { EXPORT_PARQUET: "true" },
  });
  assert.equal(again.code, 0, again.stderr);
  await assertWhole(folder);
  const after = JSON.parse(await readFile(join(folder, "summary.json"), "utf8"));
  for (const name of NAMES) delete after.files[name];
  assert.deepEqual(after, before);
});

Deno.test("a sync has --parquet of all its runs, those included that it did not read again", async () => {
  await using lab = await Lab.open();
  for (const _ of [1, 2]) {
    const done = await runProgram(["sync", ...lab.exportFlags, ...lab.importFlags, "--parquet"]);
    assert.equal(done.code, 0, done.stderr);
    await assertWhole((await lab.folders()).at(-1) ?? "");
  }
});

Deno.test("merge makes the Parquet files of one machine, where the shards have them or it is asked to", async () => {
  await using lab = await Lab.open({
    mlflow: { world: generateWorld({ experiments: 4, runs: 30, metrics: 2, points: 3 }) },
  });
  assert.equal((await runProgram(["export", ...lab.exportFlags, "--parquet"])).code, 0);
  const [whole = ""] = await lab.folders();
  for (const [ofShards, ofMerge] of [[["--parquet"], []], [[], ["--parquet"]], [[], []]]) {
    const before = await lab.folders();
    for (const shard of ["2/2", "1/2"]) {
      const done = await runProgram(["export", ...lab.exportFlags, "--shard", shard, ...ofShards!]);
      assert.equal(done.code, 0, done.stderr);
    }
    const shards = (await lab.folders()).filter((folder) => !before.includes(folder));
    assert.equal((await runProgram(["merge", ...shards, "--base-dir", lab.base, ...ofMerge!])).code, 0);
    const merged = (await lab.folders()).at(-1) ?? "";
    if (ofShards!.length + ofMerge!.length === 0) assert.deepEqual(await parquetIn(merged), []);
    else {
      await assertWhole(merged);
      for (const name of NAMES) assert.deepEqual(await readFile(join(merged, name)), await readFile(join(whole, name)));
    }
  }
});
