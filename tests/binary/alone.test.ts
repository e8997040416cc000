/** The binary, which TEST_PROGRAM names with its jail before it, on a machine that gives it nothing. */
import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { NODE_VERSION } from "../../tools/binary/node_runtime.ts";
import { VERSION } from "../../lib/version.ts";
import { temporaryFolder } from "../faults/program.ts";
import { JAIL } from "../package/bundled.ts";
import type { Outcome } from "../package/programs.ts";
import { testSameAsSource } from "../package/same_as_source.ts";
import { programCommand } from "../tools/program.ts";

testSameAsSource("the binary", [["the binary", programCommand()]]);

/** Runs it without a single variable but those given. */
async function runBare(
  args: readonly string[],
  { env = {}, command = programCommand() }: {
    readonly env?: Record<string, string>;
    readonly command?: readonly string[];
  } = {},
): Promise<Outcome> {
  const [program = "", ...words] = command;
  const child = new Deno.Command(program, { args: [...words, ...args], clearEnv: true, env, cwd: tmpdir() });
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("the binary says which runtime it has, and needs no variable, no home and no program for it", async () => {
  const expected = `kiroframe-importer ${VERSION} (Node ${NODE_VERSION})\n`;
  assert.deepEqual(await runBare(["--version"]), { code: 0, stdout: expected, stderr: "" });
});

Deno.test({
  name: "the binary's jail has no Node, no Deno, no root, and one place to write in",
  ignore: JAIL.length === 0,
  async fn(): Promise<void> {
    const shell = async (script: string): Promise<Outcome> =>
      await runBare(["/bin/sh", "-c", script], { command: JAIL });
    assert.deepEqual(await shell("command -v node deno npx sh"), { code: 127, stdout: "", stderr: "" });
    assert.equal((await shell("/usr/bin/id -u")).stdout, "1234\n");
    assert.match((await shell("/bin/grep ^CapEff /proc/self/status")).stdout, /^CapEff:\s+0+\n$/);
    await using folder = await temporaryFolder();
    assert.equal((await shell(`: > ${join(folder.path, "here")}`)).code, 0);
    assert.match((await shell(": > /there")).stderr, /Read-only file system/);
  },
});

Deno.test("the binary exports where it has no variables, and where its own folder cannot be written", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  await using folder = await temporaryFolder();
  const { code, stdout, stderr } = await runBare(["export", "--tracking-url", mlflow.url, "--base-dir", folder.path]);
  assert.deepEqual([code, stderr], [0, ""], stdout);
  const [name = ""] = await readdir(folder.path);
  assert.ok((await stat(join(folder.path, name, "runs.json"))).size > 1000);
});

Deno.test("the binary says what it cannot do where the base folder's place cannot be written", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const { code, stderr } = await runBare(["export", "--tracking-url", mlflow.url]);
  assert.equal(code, 2);
  assert.match(stderr, /^ERROR: Cannot use --base-dir "\/mlflow_export"/);
});

Deno.test("the binary leaves NODE_OPTIONS to the user's own Node", async () => {
  const { code, stderr } = await runBare(["--version"], { env: { NODE_OPTIONS: "--require /nonexistent.js" } });
  assert.deepEqual([code, stderr], [0, ""]);
});
