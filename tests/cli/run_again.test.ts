import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { Lab, runProgram } from "./run_program.ts";

Deno.test("import sends a folder later; again, it sends nothing", async () => {
  await using lab = await Lab.open();
  await runProgram(["export", ...lab.exportFlags]);
  const [folder = ""] = await lab.folders();
  assert.equal((await runProgram(["import", folder, ...lab.importFlags])).code, 0);
  assert.equal(lab.kiroframe.runs.size, 4);
  const before = lab.kiroframe.requestCount;
  const again = await runProgram(["import", folder, ...lab.importFlags]);
  assert.equal(again.code, 0);
  assert.equal(lab.kiroframe.requestCount, before);
  assert.match(again.stdout, /9 rows it had already/);
});

Deno.test("import takes a folder of the reference when it is told the tracking URL", async () => {
  await using lab = await Lab.open();
  await runProgram(["export", ...lab.exportFlags]);
  const [folder = ""] = await lab.folders();
  for (const name of await readdir(folder)) {
    if (/^(\.state|export\.json)/.test(name)) await rm(join(folder, name));
  }
  const runs = join(folder, "runs.json");
  await writeFile(runs, (await readFile(runs, "utf8")).replaceAll('"NaN"', "NaN"));
  const refused = await runProgram(["import", folder, ...lab.importFlags]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /no export\.json in it.*\n.*--tracking-url/);
  const taken = await runProgram(["import", folder, ...lab.importFlags, "--tracking-url", lab.mlflow.url]);
  assert.equal(taken.code, 0, taken.stderr);
  assert.deepEqual(lab.kiroframe.violations, []);
  assert.equal(lab.kiroframe.runs.size, 4);
});

Deno.test("--only-changed sends a new folder's new rows only", async () => {
  await using lab = await Lab.open();
  const flags = [...lab.exportFlags, ...lab.importFlags, "--only-changed"];
  assert.equal((await runProgram(flags)).code, 0);
  const before = lab.kiroframe.requestCount;
  assert.equal((await runProgram(flags)).code, 0);
  assert.equal(lab.kiroframe.requestCount, before);
  lab.mlflow.world.addRun({
    experimentId: "1",
    name: "new",
    status: "FINISHED",
    startTime: 1_900_000_000_000,
    endTime: 1_900_000_000_001,
  });
  const third = await runProgram(flags);
  assert.equal(third.code, 0, third.stderr);
  assert.equal(lab.kiroframe.requestCount, before + 2, "the run, and its experiment's row");
  assert.deepEqual(lab.kiroframe.violations, []);
  assert.match(third.stdout, /MLflow listed 5, the files hold 5, Kiroframe acknowledged 5/);
});

Deno.test("--resume goes on with what it is told and refuses what does not fit", async () => {
  await using lab = await Lab.open();
  const none = await runProgram(["export", ...lab.exportFlags, "--resume", "latest"]);
  assert.equal(none.code, 2);
  await runProgram(["export", ...lab.exportFlags]);
  const [folder = ""] = await lab.folders();
  const before = await lab.read("runs.json");
  const finished = await runProgram(["export", ...lab.exportFlags, "--resume", "latest"]);
  assert.equal(finished.code, 0, finished.stderr);
  assert.equal(await lab.read("runs.json"), before);
  const other = await runProgram([
    "export",
    "--tracking-url",
    `${lab.mlflow.url}//`,
    "--base-dir",
    lab.base,
    "--resume",
    folder,
  ]);
  assert.equal(other.code, 2);
  assert.match(other.stderr, /it is an export of http:\/\/127\.0\.0\.1/);
  const rules = await runProgram(["export", ...lab.exportFlags, "--resume", folder, "--redact", "x"]);
  assert.equal(rules.code, 2);
  assert.equal((await lab.folders()).length, 1);
});

Deno.test("--resume auto goes on with a folder that did not end, and begins a new one after it did", async () => {
  await using lab = await Lab.open();
  const flags = [...lab.exportFlags, ...lab.importFlags, "--resume", "auto"];
  lab.kiroframe.setFaults([{ action: { kind: "status", status: 401 } }]);
  assert.equal((await runProgram(flags)).code, 4);
  lab.kiroframe.setFaults([]);
  const second = await runProgram(flags);
  assert.equal(second.code, 0, second.stderr);
  assert.equal((await lab.folders()).length, 1);
  assert.equal(lab.kiroframe.runs.size, 4);
  assert.equal((await runProgram(flags)).code, 0);
  assert.equal((await lab.folders()).length, 2);
});

Deno.test("an import whose rows are refused ends with 3 and says how to send the rest; then it sends them", async () => {
  await using lab = await Lab.open();
  const run = [...digitsWorld().runsOf("1")][0]?.id ?? "";
  lab.kiroframe.setFaults([{
    match: ({ rowId }) => rowId === run,
    action: { kind: "status", status: 422, body: "no" },
  }]);
  const { code, stderr } = await runProgram([...lab.exportFlags, ...lab.importFlags]);
  assert.equal(code, 3, stderr);
  const [folder = ""] = await lab.folders();
  assert.match(stderr, new RegExp(`Kiroframe did not take 1 row`));
  assert.match(stderr, new RegExp(`kiroframe-importer import ${folder}`));
  const verified = await runProgram(["verify", folder]);
  assert.equal(verified.code, 3);
  assert.match(verified.stdout, /it has 4 of 4 experiments and 3 of 4 runs; 1 rows were refused/);
  lab.kiroframe.setFaults([]);
  const before = lab.kiroframe.requestCount;
  assert.equal((await runProgram(["import", folder, ...lab.importFlags])).code, 0);
  assert.equal(lab.kiroframe.requestCount, before + 1);
  assert.equal((await runProgram(["verify", folder])).code, 0);
});
