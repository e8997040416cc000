import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, rm, rmdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { readShard } from "../../lib/cli/parse/shard.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { filesBelow } from "../export/artifact_files.ts";
import { Lab, runProgram } from "./run_program.ts";

const FILES = [
  "artifacts_manifest.json",
  "experiment_summary.json",
  "experiments_runs_datasets.json",
  "models.json",
  "runs.csv",
  "runs.json",
  "runs_basic.csv",
];

Deno.test("merge makes of any number of shards the files of one machine", async () => {
  await using lab = await Lab.open({
    mlflow: { world: generateWorld({ experiments: 3, runs: 40, metrics: 3, points: 4, models: 3 }) },
  });
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 0);
  const [whole = ""] = await lab.folders();
  for (const count of [1, 4]) {
    const before = await lab.folders();
    for (let index = count; index >= 1; index--) {
      const { code, stderr } = await runProgram(["export", ...lab.exportFlags, "--shard", `${index}/${count}`]);
      assert.equal(code, 0, stderr);
    }
    const shards = (await lab.folders()).filter((folder) => !before.includes(folder));
    const { code, stderr } = await runProgram(["merge", ...shards, "--base-dir", lab.base]);
    assert.equal(code, 0, stderr);
    const merged = (await lab.folders()).at(-1) ?? "";
    for (const name of FILES) {
      assert.equal(
        await readFile(join(merged, name), "utf8"),
        await readFile(join(whole, name), "utf8"),
        `${name} of ${count}`,
      );
    }
    assert.equal((await runProgram(["verify", merged])).code, 0);
  }
});

Deno.test("merge refuses a gap, a double and a folder of another server, and leaves no folder", async () => {
  await using lab = await Lab.open();
  for (const index of [1, 2]) await runProgram(["export", ...lab.exportFlags, "--shard", `${index}/2`]);
  const [one = "", two = ""] = await lab.folders();
  const gap = await runProgram(["merge", one, "--base-dir", lab.base]);
  assert.equal(gap.code, 2);
  assert.match(gap.stderr, /no folder has experiment/);
  await runProgram(["export", ...lab.exportFlags]);
  const whole = (await lab.folders()).at(-1) ?? "";
  const double = await runProgram(["merge", two, whole, "--base-dir", lab.base]);
  assert.equal(double.code, 2);
  assert.match(double.stderr, /experiment \d+ is in .* and in /);
  await runProgram(["export", "--tracking-url", `${lab.mlflow.url}//`, "--base-dir", lab.base]);
  const other = (await lab.folders()).at(-1) ?? "";
  const both = await runProgram(["merge", one, other, "--base-dir", lab.base]);
  assert.equal(both.code, 2);
  assert.ok(both.stderr.includes(`it is an export of ${lab.mlflow.url}//, the first folder of ${lab.mlflow.url}\n`));
  assert.equal((await readdir(lab.base)).filter((name) => /^\d{8}_/.test(name)).length, 4);
  const [empty, parent] = [join(lab.base, "empty"), join(lab.base, "not", "yet", "there")];
  await mkdir(empty);
  await rm(join(two, ".state.sqlite"));
  for (const folders of [[one], [empty], [two, one], [one, lab.base]]) {
    const { code, stderr } = await runProgram(["merge", ...folders, "--base-dir", parent]);
    assert.equal(code, 2);
    assert.match(stderr, /^ERROR: Cannot merge[^\n]*\n[^\n]*\n$/);
  }
  assert.ok(!(await readdir(lab.base)).includes("not"), "a base folder made for nothing");
  assert.deepEqual(await readdir(empty), []);
  assert.ok(!(await readdir(two)).includes(".state.sqlite"));
});

Deno.test("merge takes artifacts along, as one machine leaves them, from shards that were moved and lost their empty folders", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram(["export", ...lab.exportFlags, "--download-artifacts"])).code, 0);
  const [whole = ""] = await lab.folders();
  const shards: string[] = [];
  for (const index of [2, 1]) {
    await runProgram(["export", ...lab.exportFlags, "--download-artifacts", "--shard", `${index}/2`]);
    const moved = join(lab.base, `shard ${index}`);
    await rename((await lab.folders()).at(-1) ?? "", moved);
    // As git and archives bring it: what is empty is not there.
    for (const name of await readdir(join(moved, "artifacts"))) {
      await rmdir(join(moved, "artifacts", name)).catch(() => {});
    }
    await rmdir(join(moved, "artifacts")).catch(() => {});
    shards.push(moved);
  }
  const { code, stderr } = await runProgram(["merge", ...shards, "--base-dir", lab.base]);
  assert.equal(code, 0, stderr);
  const merged = (await lab.folders()).at(-1) ?? "";
  const read = async (folder: string, name: string): Promise<string> =>
    (await readFile(join(folder, name), "utf8")).replaceAll(folder, "FOLDER");
  for (const name of ["artifacts_manifest.json", "artifacts_files.jsonl"]) {
    assert.equal(await read(merged, name), await read(whole, name), name);
  }
  const below = (folder: string): Promise<string[]> => filesBelow(join(folder, "artifacts"));
  assert.deepEqual(await below(merged), await below(whole));
  const counts = async (folder: string): Promise<unknown> => {
    const { artifact_entries: entries, artifact_runs: runs, artifact_files: files, artifact_bytes: bytes } = JSON.parse(
      await read(folder, "summary.json"),
    );
    return [entries, runs, files, bytes];
  };
  assert.deepEqual(await counts(merged), await counts(whole));
  const verified = await runProgram(["verify", merged]);
  assert.equal(verified.code, 0, verified.stderr);
});

Deno.test("merge takes shards without any artifacts, and leaves no folder when it fails", async () => {
  await using lab = await Lab.open();
  for (const index of [1, 2]) await runProgram(["export", ...lab.exportFlags, "--shard", `${index}/2`]);
  const shards = await lab.folders();
  for (const shard of shards) await rm(join(shard, "artifacts"), { recursive: true });
  const { code, stderr } = await runProgram(["merge", ...shards, "--base-dir", lab.base]);
  assert.equal(code, 0, stderr);
  const before = await lab.folders();
  await truncate(join(shards[0] ?? "", "runs.json"), 10);
  const failed = await runProgram(["merge", ...shards, "--base-dir", lab.base]);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^ERROR: Cannot read .*runs\.json: it ends \d+ rows too early/);
  assert.deepEqual(await lab.folders(), before);
});

Deno.test("readShard() reads the flag, and an Indexed Job's variables where there is none", () => {
  assert.deepEqual(readShard("2/4", {}), { index: 2, count: 4 });
  const job = { JOB_COMPLETION_INDEX: "0", JOB_COMPLETIONS: "3" };
  assert.deepEqual(readShard(undefined, job), { index: 1, count: 3 });
  assert.deepEqual(readShard("3/3", job), { index: 3, count: 3 });
  assert.equal(readShard(undefined, { JOB_COMPLETION_INDEX: "0" }), null);
  for (const wrong of ["0/4", "5/4", "x", "1/0", "1/", "-1/2"]) {
    assert.throws(() => readShard(wrong, {}), /expected I\/N/);
  }
});
