/** What GitHub and the shell run is clean to those who check such things. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { venvPython } from "../../live/parts/venvs.ts";
import { ROOT } from "../parts/clone.ts";
import { type Ended, execute } from "../parts/command.ts";

const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

const WORKFLOWS = [
  ...filesOf(".github/workflows"),
  ...filesOf("deploy/github-actions"),
  ...filesOf("tests/engines/github/workflows"),
];
const SCRIPTS = ["install.sh", ".ci/run", ...filesOf("action")];

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
}

async function linter(name: string): Promise<string> {
  return join(dirname(await venvPython("workflow-linters")), name);
}

/** actionlint hands the scripts inside workflows to shellcheck. */
async function actionlint(files: readonly string[]): Promise<Ended> {
  const shellcheck = await linter("shellcheck");
  return await execute(["go", "run", ACTIONLINT, "-shellcheck", shellcheck, "-pyflakes", "", ...files], { cwd: ROOT });
}

async function zizmor(files: readonly string[]): Promise<Ended> {
  const program = [await linter("zizmor"), "--offline", "--no-progress", "--config", ".github/zizmor.yml"];
  return await execute([...program, ...files], { cwd: ROOT });
}

/** A workflow with a fault that only the linter under test must find. */
async function faulty(step: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".yml" });
  const job = `{ runs-on: ubuntu-latest, permissions: {}, steps: [${step}] }`;
  await Deno.writeTextFile(path, `name: faulty\non: push\npermissions: {}\njobs: { faulty: ${job} }\n`);
  return path;
}

Deno.test("actionlint, with shellcheck, finds nothing in the workflows", async () => {
  const { code, stdout, stderr } = await actionlint(WORKFLOWS);
  assert.equal(code, 0, stdout + stderr);
  const path = await faulty("{ run: echo $HOME }");
  assert.match((await actionlint([path])).stdout, /SC2086/);
  await Deno.remove(path);
});

Deno.test("zizmor finds nothing in the action and the workflows", async () => {
  const { code, stdout, stderr } = await zizmor(["action.yml", ...WORKFLOWS]);
  assert.equal(code, 0, stdout + stderr);
  const path = await faulty("{ uses: actions/checkout@v4, with: { persist-credentials: false } }");
  assert.match((await zizmor([path])).stdout, /unpinned-uses/);
  await Deno.remove(path);
});

Deno.test("shellcheck finds nothing in the scripts", async () => {
  const { code, stdout } = await execute([await linter("shellcheck"), "--external-sources", ...SCRIPTS], { cwd: ROOT });
  assert.equal(code, 0, stdout);
});
