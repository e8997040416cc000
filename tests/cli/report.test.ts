import assert from "node:assert/strict";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { Lab, runProgram } from "./run_program.ts";

Deno.test("an export ends with report.html, which knows what was sent; --no-report leaves it out", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags])).code, 0);
  const [sent = ""] = await lab.folders();
  const page = await readFile(join(sent, "report.html"), "utf8");
  assert.match(page, /rows acknowledged by Kiroframe/);
  assert.match(page, new RegExp(`${lab.kiroframe.url}</h3>`));
  assert.equal((await runProgram(["export", ...lab.exportFlags, "--no-report"])).code, 0);
  const [, unreported = ""] = await lab.folders();
  await assert.rejects(stat(join(unreported, "report.html")));
});

Deno.test("report writes the page of an earlier export, and prints where it is", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram(["export", ...lab.exportFlags, "--no-report"])).code, 0);
  const [folder = ""] = await lab.folders();
  const { code, stdout, stderr } = await runProgram(["report", folder]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, `${join(folder, "report.html")}\n`);
  assert.match(await readFile(join(folder, "report.html"), "utf8"), /Nothing of this folder was sent/);
});

Deno.test("report of what is no export is a usage error, and writes nothing", async () => {
  await using lab = await Lab.open();
  for (const path of [lab.base, join(lab.base, "missing")]) {
    const { code, stderr } = await runProgram(["report", path]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /ERROR: Cannot report on/);
  }
  assert.deepEqual(await lab.folders(), []);
  assert.equal((await runProgram(["export", ...lab.exportFlags, "--no-report"])).code, 0);
  const { stderr } = await runProgram(["report", lab.base]);
  assert.match(stderr, /it is no export folder, but has some in it\nGive the path of one: the newest is /);
});

Deno.test("an export does not fail for want of a report: it warns", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram(["export", ...lab.exportFlags, "--no-report"])).code, 0);
  const [folder = ""] = await lab.folders();
  // Nothing can be renamed over a folder.
  await mkdir(join(folder, "report.html", "inside"), { recursive: true });
  const { code, stdout, stderr } = await runProgram(["export", ...lab.exportFlags, "--resume", folder]);
  assert.equal(code, 0, stderr);
  assert.match(stdout + stderr, /WARNING.*There is no report\.html, though the export is whole: Cannot write/);
});

Deno.test("merge makes the report of all shards together", async () => {
  await using lab = await Lab.open();
  for (const shard of ["1/2", "2/2"]) {
    assert.equal((await runProgram(["export", ...lab.exportFlags, "--no-report", "--shard", shard])).code, 0);
  }
  const { code, stderr } = await runProgram(["merge", ...await lab.folders(), "--base-dir", lab.base]);
  assert.equal(code, 0, stderr);
  assert.match(
    await readFile(join((await lab.folders()).at(-1) ?? "", "report.html"), "utf8"),
    /<dt>runs<\/dt>\n?<dd>4<\/dd>/,
  );
});

Deno.test("the report of an import that was refused in part says what failed and why", async () => {
  await using lab = await Lab.open({
    mlflow: { world: generateWorld({ experiments: 2, runs: 30 }) },
    kiroframe: {
      faults: [{
        match: ({ importType, number }) => importType === 2 && number % 3 === 0,
        action: { kind: "status", status: 422, body: '{"error": "<b>metrics</b> must be numbers"}' },
      }],
    },
  });
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags])).code, 3);
  const [folder = ""] = await lab.folders();
  const page = await readFile(join(folder, "report.html"), "utf8");
  assert.match(page, /rows? could not be sent to Kiroframe/);
  assert.match(page, /&lt;b&gt;metrics&lt;\/b&gt; must be numbers/);
  assert.match(page, /The counts of runs differ in 2 experiments/);
});
