/** `plan` and --dry-run by the whole program. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { planShape } from "../../lib/shapes/plan.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { Lab, runProgram } from "./run_program.ts";

Deno.test("plan and --dry-run say what would be done, and neither write nor send anything", async () => {
  await using lab = await Lab.open();
  const base = ["--base-dir", join(lab.base, "deep", "down")];
  const from = ["--tracking-url", lab.mlflow.url, ...base];
  const planned = await runProgram(["plan", ...from]);
  assert.deepEqual([planned.code, planned.stderr], [0, ""]);
  assert.match(planned.stdout, /^Plan for http:\/\/127\.0\.0\.1:\d+ \(MLflow 3\.17\.2\)\n/m);
  assert.match(planned.stdout, /^ {2}experiments +4$/m);
  assert.match(planned.stdout, /^ {2}runs +4$/m);
  assert.match(planned.stdout, /^ {2}points +41$/m);
  assert.match(planned.stdout, /^ {2}Kiroframe +9 calls /m);
  assert.match(planned.stdout, /\nNothing was written or sent\.\n$/);
  const dry = await runProgram(["export", ...from, "--dry-run"]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.doesNotMatch(dry.stdout, /Kiroframe/);
  const plain = await runProgram([...from, ...lab.importFlags, "--dry-run"]);
  assert.match(plain.stdout, /^ {2}Kiroframe +9 calls /m);
  assert.deepEqual(await readdir(lab.base), []);
  assert.equal(lab.kiroframe.requests.length, 0);
});

Deno.test("plan --json tells the plan and the command that does it", async () => {
  await using lab = await Lab.open();
  const from = ["--tracking-url", lab.mlflow.url];
  const result = JSON.parse((await runProgram(["plan", ...from, "--json"])).stdout);
  const plan = planShape.parse(result.plan);
  assert.deepEqual([plan.runs.exported, plan.points, plan.points_counted], [4, 41, true]);
  assert.equal(result.next, `kiroframe-importer --tracking-url ${lab.mlflow.url} --json`);
  const alone = JSON.parse((await runProgram(["plan", ...from, "--no-import-to-kiroframe", "--json"])).stdout);
  assert.equal(alone.plan.kiroframe, null);
  assert.match(alone.next, /^kiroframe-importer export --tracking-url /);
  const dry = JSON.parse((await runProgram(["export", ...from, "--dry-run", "--json"])).stdout);
  assert.equal(dry.next, `kiroframe-importer export --tracking-url ${lab.mlflow.url} --json`);
  assert.equal(JSON.parse((await runProgram(["export", ...lab.exportFlags, "--json"])).stdout).plan, null);
});

Deno.test("plan ends as the export would: exit 2 for what cannot be used, 3 where runs cannot be listed, 5 where nobody is", async () => {
  await using lab = await Lab.open({
    mlflow: { world: generateWorld({ experiments: 2, runs: 4, metrics: 1, points: 1 }) },
  });
  const from = ["--tracking-url", lab.mlflow.url];
  const env = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" };
  const codeOf = async (...words: string[]): Promise<number> => (await runProgram(words, { env })).code;
  assert.equal(await codeOf("plan", ...from, "--experiment", "no such"), 2);
  assert.equal(await codeOf("plan", ...from, "--run-filter", "this is no filter"), 2);
  assert.equal(await codeOf("export", ...from, "--dry-run", "--resume", "latest"), 2);
  assert.equal(await codeOf("plan"), 2);
  assert.equal(await codeOf("plan", "--tracking-url", "http://127.0.0.1:9"), 5);
  lab.mlflow.world.damaged.set("1", "malformed");
  const { code, stdout, stderr } = await runProgram(["plan", ...from], { env });
  assert.equal(code, 3, stderr);
  assert.match(stdout, /^Cannot list the runs of experiment 1 "experiment 1": /m);
  assert.match(stderr, /^ERROR: The runs of 1 experiment cannot be listed\n/);
  assert.deepEqual(await readdir(lab.base), []);
});

Deno.test("sync --dry-run says what the next sync would read again, and does nothing of it", async () => {
  const world = generateWorld({ experiments: 2, runs: 8, metrics: 2, points: 3 });
  await using lab = await Lab.open({ mlflow: { world } });
  const sync = ["sync", "--tracking-url", lab.mlflow.url, "--base-dir", join(lab.base, "synced"), ...lab.importFlags];
  const first = await runProgram([...sync, "--dry-run"]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^The next sync reads everything$/m);
  assert.deepEqual(await readdir(lab.base), []);
  assert.equal((await runProgram(sync)).code, 0);
  for (const run of [...world.runs.values()].slice(0, 3)) run.status = "KILLED";
  const there = await readdir(join(lab.base, "synced"));
  const dry = await runProgram([...sync, "--dry-run", "--json"]);
  const { runs, metrics } = planShape.parse(JSON.parse(dry.stdout).plan);
  assert.deepEqual([runs.exported, runs.unchanged, metrics], [8, 5, 6]);
  const { stdout } = await runProgram([...sync, "--dry-run"]);
  assert.match(stdout, /^The next sync takes over what is unchanged from .*synced.*\n/);
  assert.match(stdout, /^ {2}runs +8 +5 unchanged$/m);
  assert.deepEqual(await readdir(join(lab.base, "synced")), there);
  const full = await runProgram([...sync, "--dry-run", "--full", "--json"]);
  assert.equal(JSON.parse(full.stdout).plan.runs.unchanged, 0);
});
