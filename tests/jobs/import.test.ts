/** What may be imported, on the whole program. */
import assert from "node:assert/strict";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { Lab, type Outcome, runProgram } from "../cli/run_program.ts";

async function importOf(lab: Lab, folder: string, ...flags: string[]): Promise<Outcome> {
  return await runProgram(["import", folder, ...lab.importFlags, ...flags]);
}

/** Leaves a folder whose export was refused by MLflow after some of its rows were written. */
async function leaveUnfinished(lab: Lab): Promise<string> {
  lab.mlflow.setFaults([{
    match: ({ path, number }) => number > 8 && path.includes("get-history"),
    action: { kind: "status", status: 401 },
  }]);
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 4);
  lab.mlflow.setFaults([]);
  return (await lab.folders()).at(-1) ?? "";
}

Deno.test("import refuses a folder whose export did not finish, sends nothing of it, and takes it once it did", async () => {
  await using lab = await Lab.open({
    mlflow: { world: generateWorld({ experiments: 3, runs: 30, metrics: 3, points: 5 }) },
  });
  const folder = await leaveUnfinished(lab);
  const before = (await readdir(folder)).sort();
  assert.ok(!before.includes("summary.json"), before.join());
  const { code, stderr } = await importOf(lab, folder);
  assert.equal(code, 2);
  assert.equal(
    stderr,
    `ERROR: Cannot import ${folder}: its export did not finish\n` +
      `Finish it first: give the command that began it, and --resume ${folder}\n`,
  );
  assert.equal(lab.kiroframe.requestCount, 0);
  assert.deepEqual((await readdir(folder)).sort(), before);

  // Not even where what a finished export leaves is there, or the memory of the unfinished one is not.
  await writeFile(join(folder, "summary.json"), "{}");
  await writeFile(join(folder, "runs.json"), "");
  assert.match((await importOf(lab, folder)).stderr, /its export did not finish/);
  await rm(join(folder, "summary.json"));
  for (const name of before.filter((name) => name.startsWith(".state"))) await rm(join(folder, name));
  assert.match((await importOf(lab, folder)).stderr, /its export did not finish/);
  assert.ok(!(await readdir(folder)).includes(".state.sqlite"));
  assert.equal(lab.kiroframe.requestCount, 0);

  assert.equal((await runProgram(["export", ...lab.exportFlags, "--resume", folder])).code, 0);
  assert.equal((await importOf(lab, folder)).code, 0);
  assert.equal(lab.kiroframe.runs.size, 30);
});

Deno.test("import says in one sentence what is no export folder, and writes nothing into it", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 0);
  const [folder = ""] = await lab.folders();
  const [empty, file] = [join(lab.base, "empty"), join(lab.base, "file")];
  await mkdir(empty);
  await writeFile(file, "");
  const hint = "Give the path of an export folder";
  const said: Readonly<Record<string, string>> = {
    [join(lab.base, "none")]: `there is no such folder\n${hint}`,
    [file]: `it is a file\n${hint}`,
    [empty]: `it is no export folder\n${hint}`,
    [lab.base]: `it is no export folder, but has some in it\nGive the path of one: the newest is ${folder}`,
  };
  for (const [path, words] of Object.entries(said)) {
    for (const flags of [[], ["--tracking-url", lab.mlflow.url]]) {
      const { code, stderr } = await importOf(lab, path, ...flags);
      assert.equal(code, 2);
      assert.equal(stderr, `ERROR: Cannot import ${path}: ${words}\n`);
    }
  }
  assert.deepEqual(await readdir(empty), []);
  await rm(join(folder, "experiment_summary.json"));
  const before = (await readdir(folder)).sort();
  const part = await importOf(lab, folder);
  assert.equal(part.code, 2);
  assert.match(part.stderr, /: it holds no experiment_summary\.json\nGive the path of a whole export folder\n$/);
  assert.deepEqual((await readdir(folder)).sort(), before);
  assert.equal(lab.kiroframe.requestCount, 0);
});

Deno.test("import of a folder whose state is damaged says which file to remove, and sends all again without it", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags])).code, 0);
  const [folder = ""] = await lab.folders();
  const state = join(folder, ".state.sqlite");
  for (const content of ["x", "x".repeat(5000)]) {
    await writeFile(state, content);
    const before = lab.kiroframe.requestCount;
    const { code, stderr } = await importOf(lab, folder);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^ERROR: Cannot read .*\.state\.sqlite, the folder's memory of what was done: it is damaged \(/,
    );
    assert.match(stderr, /\nRemove that file: an import then sends every row again, which is safe/);
    assert.equal(lab.kiroframe.requestCount, before);
    await rm(state);
    assert.equal((await importOf(lab, folder)).code, 0);
    assert.equal(lab.kiroframe.requestCount, before + 9);
  }
  assert.deepEqual(lab.kiroframe.violations, []);
});

Deno.test("--only-changed goes on without a damaged memory of what was acknowledged, and says so", async () => {
  await using lab = await Lab.open();
  const flags = [...lab.exportFlags, ...lab.importFlags, "--only-changed"];
  assert.equal((await runProgram(flags)).code, 0);
  const [name = ""] = (await readdir(lab.base)).filter((name) => name.startsWith("acknowledged_"));
  await writeFile(join(lab.base, name), "x");
  const before = lab.kiroframe.requestCount;
  const { code, stdout, stderr } = await runProgram(flags);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /WARNING: .*acknowledged_\S+ is damaged \(.*\) and was put aside as \S+\.damaged: every row/);
  assert.equal(lab.kiroframe.requestCount, before + 9);
  assert.equal((await runProgram(flags)).code, 0);
  assert.equal(lab.kiroframe.requestCount, before + 9);
});
