/** The program from its source under the Denos that people have, beside this one: the same files, rows and exit codes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isTooOld, OLDEST_DENO } from "../../lib/version.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { temporaryFolder } from "../faults/program.ts";
import { exportFlags, filesOf, heldBy, kiroframeFlags, smallWorld } from "../faults/truth.ts";
import { bundleOnce } from "../package/bundled.ts";
import { execute, npmCommand, type Outcome } from "../package/programs.ts";

/** The oldest that is promised first; the newest is what npm has today. */
const VERSIONS = ["2.5.6", "2.7.14", "2.8.2", "latest"];

/** The last that reads the lock file and is refused. */
const TOO_OLD = "2.4.4";

const ROOT = new URL("../../", import.meta.url);
const SOURCE = ["run", "-A", fileURLToPath(new URL("main.ts", ROOT))];

/** Sends everything by undici, and nothing by a proxy. */
const BY_UNDICI = { HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "*" };

async function denoPath(version: string): Promise<string> {
  const words = ["--yes", `deno@${version}`, "eval", "console.log(Deno.execPath())"];
  const { code, stdout, stderr } = await execute([...npmCommand("npx"), ...words], { env: Deno.env.toObject() });
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

const [oldest = "", ...others] = await Promise.all(VERSIONS.map(denoPath));

/** Exports and imports the small world, and returns what came of it. */
async function wholeJob(deno: string, env: Readonly<Record<string, string>> = {}): Promise<{
  readonly outcomes: readonly Outcome[];
  readonly files: Readonly<Record<string, string>>;
  readonly held: unknown;
}> {
  await using mlflow = await startMlflowSandbox({ world: smallWorld() });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  const exported = await execute([deno, ...SOURCE, "export", ...exportFlags(folder.path, mlflow)], { env });
  const path = await folder.exported();
  const files = await filesOf(path);
  const imported = await execute([deno, ...SOURCE, "import", path, ...kiroframeFlags(kiroframe)], { env });
  assert.deepEqual(kiroframe.violations, []);
  return { outcomes: [exported, imported], files, held: heldBy(kiroframe) };
}

let expected: ReturnType<typeof wholeJob> | undefined;

for (const [index, deno] of [oldest, ...others].entries()) {
  Deno.test(`Deno ${VERSIONS[index]} runs the demo, and exports and imports as this one does`, async () => {
    const demo = await execute([deno, ...SOURCE, "demo"]);
    assert.deepEqual([demo.code, demo.stderr], [0, ""]);
    assert.match(demo.stdout, /^Sent +4 experiments, 4 runs/m);
    const { files, held } = await (expected ??= wholeJob(Deno.execPath()));
    for (const env of [{}, BY_UNDICI]) {
      const found = await wholeJob(deno, env);
      for (const { code, stderr } of found.outcomes) assert.deepEqual([code, stderr], [0, ""]);
      assert.deepEqual(found.files, files);
      assert.deepEqual(found.held, held);
    }
  });
}

Deno.test("a Deno that cannot encrypt a proxy's tunnel says so, and which one can", async () => {
  await using folder = await temporaryFolder();
  const flags = exportFlags(folder.path, { url: "https://mlflow.test" });
  const env = { HTTPS_PROXY: "http://127.0.0.1:9" };
  const { code, stderr } = await execute([oldest, ...SOURCE, "export", ...flags], { env });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^ERROR: Cannot go to an https address through a proxy: that needs Deno 2\.7\.13, found /);
});

Deno.test(`the oldest Deno that is promised runs the bundle`, async () => {
  assert.equal(isTooOld(VERSIONS[0] ?? "", OLDEST_DENO), false);
  const { path } = await bundleOnce();
  const { code, stdout, stderr } = await execute([oldest, "run", "-A", "--no-config", path, "demo"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^Sent +4 experiments, 4 runs/m);
});

Deno.test("an older Deno is told in one sentence which one is needed, by source and bundle", async () => {
  const deno = await denoPath(TOO_OLD);
  const { path } = await bundleOnce();
  for (const args of [SOURCE, ["run", "-A", "--no-config", path]]) {
    const { code, stdout, stderr } = await execute([deno, ...args, "--version"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      new RegExp(`^ERROR: kiroframe-importer needs .*Deno ${OLDEST_DENO} or newer: found Deno ${TOO_OLD}\n$`),
    );
  }
});

Deno.test("no Deno writes to the lock file", async () => {
  const { stdout } = await execute(["git", "-C", fileURLToPath(ROOT), "status", "--short", "deno.lock"]);
  assert.equal(stdout, "");
  assert.match(await readFile(new URL("deno.lock", ROOT), "utf8"), /"version": "5"/);
});
