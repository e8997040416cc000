import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sourceIdOf } from "../../../lib/mlflow/uri/source_id.ts";
import { Lab, runProgram } from "../run_program.ts";

async function aboutsOf(lab: Lab): Promise<{ readonly workspace?: string; readonly import_source_id: string }[]> {
  const folders = await lab.folders();
  return await Promise.all(folders.map(async (path) => JSON.parse(await readFile(join(path, "export.json"), "utf8"))));
}

Deno.test("--workspace exports each to a folder of its own, under a source id of its own, and the two are no twins", async () => {
  // A server that takes no notice of the header: which workspace is asked for is what this is about.
  await using lab = await Lab.open({ mlflow: { version: "2.22.5" } });
  const flags = [...lab.exportFlags, ...lab.importFlags, "--workspace", "a b", "--workspace", "default"];
  const { code, stdout, stderr } = await runProgram([...flags, "--workspace", "a b"]);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout, /is the server of/);
  const abouts = await aboutsOf(lab);
  const byWorkspace = new Map(abouts.map(({ workspace, import_source_id }) => [workspace, import_source_id]));
  const url = lab.mlflow.url;
  assert.deepEqual(
    byWorkspace,
    new Map([["a b", sourceIdOf(url, { MLFLOW_WORKSPACE: "a b" })], [undefined, sourceIdOf(url)]]),
  );
  assert.notEqual(byWorkspace.get("a b"), byWorkspace.get(undefined));
  const sent = new Set(lab.kiroframe.requests.map(({ text }) => JSON.parse(text ?? "").import_source_id));
  assert.deepEqual(sent, new Set(byWorkspace.values()));
});

Deno.test("--all-workspaces of a server without any exports all of it, once", async () => {
  await using lab = await Lab.open();
  const { code, stdout, stderr } = await runProgram(["export", ...lab.exportFlags, "--all-workspaces"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /This source has no workspaces: all of it is exported/);
  assert.deepEqual((await aboutsOf(lab)).map(({ import_source_id }) => import_source_id), [sourceIdOf(lab.mlflow.url)]);
});

Deno.test("what is about one folder is refused with two workspaces, and both ways to name them together", async () => {
  await using lab = await Lab.open();
  const two = ["--workspace", "a", "--workspace", "b"];
  for (
    const [flags, words] of [
      [[...two, "--resume", "latest"], /Cannot use --resume with 2 workspaces/],
      [[...two, "--json"], /Cannot use --json with 2 workspaces/],
      [[...two, "--all-workspaces"], /Cannot use --workspace with --all-workspaces/],
    ] as const
  ) {
    const { code, stdout, stderr } = await runProgram(["export", ...lab.exportFlags, ...flags]);
    assert.equal(code, 2);
    assert.match(stdout + stderr, words);
    assert.deepEqual(await lab.folders(), []);
  }
});

Deno.test("--resume of another workspace's folder is refused by its name", async () => {
  await using lab = await Lab.open({ mlflow: { version: "2.22.5" } });
  const first = await runProgram(["export", ...lab.exportFlags, "--workspace", "a"]);
  assert.equal(first.code, 0, first.stderr);
  const { code, stderr } = await runProgram(["export", ...lab.exportFlags, "--workspace", "b", "--resume", "latest"]);
  assert.equal(code, 2);
  assert.match(stderr, /it is an export of the workspace "a", not of "b"/);
});
