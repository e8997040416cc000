import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { programCommand } from "../tools/program.ts";
import { Lab, runProgram } from "./run_program.ts";

function start(lab: Lab, index: number): Deno.ChildProcess {
  const base = join(lab.base, `pod-${index}`);
  const [program = "", ...words] = programCommand();
  return new Deno.Command(program, {
    args: [...words, "export", "--tracking-url", lab.mlflow.url, "--base-dir", base, "--resume", "auto"],
    env: { JOB_COMPLETION_INDEX: String(index), JOB_COMPLETIONS: "3" },
    stdout: "null",
    stderr: "null",
  }).spawn();
}

Deno.test("three processes at once, one killed and started again, make together what one makes", async () => {
  const world = generateWorld({ experiments: 12, runs: 240, metrics: 4, points: 5 });
  await using lab = await Lab.open({ mlflow: { world, latencyMs: 30 } });
  const pods = [0, 1, 2].map((index) => start(lab, index));
  // Late enough to have begun, early enough not to have ended: the folder is there, its summary is not.
  while (await ExportFolder.latest(join(lab.base, "pod-1")) === null) await new Promise((done) => setTimeout(done, 20));
  pods[1]?.kill("SIGKILL");
  assert.equal((await pods[1]?.status)?.signal, "SIGKILL");
  const ends = await Promise.all([pods[0], start(lab, 1), pods[2]].map((pod) => pod?.status));
  assert.deepEqual(ends.map((end) => end?.code), [0, 0, 0]);

  const shards = await Promise.all(
    [0, 1, 2].map(async (i) => await ExportFolder.latest(join(lab.base, `pod-${i}`)) ?? ""),
  );
  const merged = await runProgram(["merge", ...shards, "--base-dir", join(lab.base, "merged")]);
  assert.equal(merged.code, 0, merged.stderr);
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 0);
  const [whole = ""] = await lab.folders();
  const one = await ExportFolder.latest(join(lab.base, "merged")) ?? "";
  for (
    const name of [
      "runs.json",
      "runs.csv",
      "runs_basic.csv",
      "experiment_summary.json",
      "experiments_runs_datasets.json",
    ]
  ) {
    assert.equal(await readFile(join(one, name), "utf8"), await readFile(join(whole, name), "utf8"), name);
  }
});
