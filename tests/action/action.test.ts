/** The GitHub Actions step: its scripts, run as the runner runs them. */
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FailedGroup } from "../../lib/jobs/told.ts";
import type { Result } from "../../lib/shapes/result.ts";
import { OPTION_TABLE } from "../../lib/cli/tables/options.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { PERMISSIONS } from "../../tools/binary/deno.ts";
import { actionYml, isInput } from "../../tools/docs/action_yml.ts";
import { execute } from "../package/programs.ts";
import { type Use, use, type Used } from "./runner.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** A folder whose programs stand before all others. */
class Programs implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async open(scripts: Readonly<Record<string, string>>): Promise<Programs> {
    const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-programs-"));
    for (const [name, script] of Object.entries(scripts)) {
      await writeFile(join(folder, name), `#!/usr/bin/env bash\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    }
    return new Programs(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** What a program that did nothing tells by --json. */
const DONE: Result = {
  command: "export",
  version: "0.1.0",
  outcome: "done",
  exit_code: 0,
  error: null,
  source: null,
  kiroframe: null,
  folder: null,
  report: null,
  read: null,
  unchanged: 0,
  written: null,
  sent: null,
  skipped: null,
  left_out: null,
  failed: [],
  removed_folders: [],
  gone: null,
  rows: null,
  plan: null,
  checks: null,
  seconds: 1,
  calls: { source: 0, kiroframe: 0, retries: 0 },
  next: null,
};

/**
 * Uses the action with a script in the program's place, which logs what it prints and tells the result: the first step is left to a Deno
 * that is only named.
 */
async function useScript(script: string, options: Use = {}, result: Partial<Result> | string = {}): Promise<Used> {
  const text = typeof result === "string" ? result : JSON.stringify({ ...DONE, ...result });
  await using programs = await Programs.open({
    deno: `if [[ $1 == --version ]]; then echo "deno 2.9.6"; exit; fi
while [[ $1 != *main.ts ]]; do shift; done; shift
cat <<'END_OF_RESULT'
${text}
END_OF_RESULT
exec >&2
${script}`,
  });
  return await use({ ...options, path: [programs.folder, ...(options.path ?? [])] });
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

Deno.test("action.yml is what the table of options says (deno task docs:write)", async () => {
  const text = await readFile(join(ROOT, "action.yml"), "utf8");
  assert.equal(text, actionYml());
  for (const option of OPTION_TABLE) {
    assert.equal(text.includes(`\n  ${option.flag}:\n`), isInput(option), option.flag);
  }
  // An input inside a script would be run as part of it.
  assert.doesNotMatch(text, /run:.*\$\{\{/);
});

test("the step exports and imports, and tells the workflow about it", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  await using kiroframe = await startKiroframeSandbox();
  const { code, log, outputs, summary } = await use({
    inputs: { "tracking-url": mlflow.url, "kiroframe-url": kiroframe.url, "base-dir": "exports" },
    env: { PROFILING_TOKEN: kiroframe.token },
  });
  assert.equal(code, 0, log);
  assert.match(outputs["folder"] ?? "", /\/exports\/\d{8}_\d{4}_\d{6}$/);
  assert.deepEqual({ ...outputs, folder: "" }, { folder: "", runs: "4", failures: "0", "exit-code": "0" });
  assert.equal(kiroframe.runs.size, 4);
  assert.match(summary, /^### kiroframe-importer: done\n/);
  assert.match(summary, /^\| MLflow \| 3\.17\.2 http:\/\/127\.0\.0\.1:\d+ \|$/m);
  assert.match(summary, /^\| Read \| 4 experiments, 4 runs, 41 points \|$/m);
  assert.match(summary, /^\| Sent to Kiroframe \| 4 experiments, 4 runs, 1 models \|$/m);
  assert.match(summary, /^\| digits\/sgd \| 2 \| 2 \| 2 \|$/m);
  assert.doesNotMatch(summary, /What failed/);
});

test("the step exports only, and asks for nothing of Kiroframe then", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const { code, log, outputs } = await use({
    inputs: { "tracking-url": mlflow.url, "import-to-kiroframe": "false", "base-dir": "exports" },
  });
  assert.equal(code, 0, log);
  assert.deepEqual({ ...outputs, folder: "" }, { folder: "", runs: "4", failures: "0", "exit-code": "0" });
});

test("the step plans, and its summary says what would be exported", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const { code, log, outputs, summary } = await use({ inputs: { command: "plan", "tracking-url": mlflow.url } });
  assert.equal(code, 0, log);
  assert.deepEqual(outputs, { folder: "", runs: "", failures: "0", "exit-code": "0" });
  assert.match(summary, /^\| Would be exported \| 4 experiments, 4 runs, 41 points \|$/m);
});

test("the step shows the demo, and gives its folder to the steps that follow", async () => {
  const { code, log, outputs } = await use({ inputs: { command: "demo" } });
  assert.equal(code, 0, log);
  assert.deepEqual({ ...outputs, folder: "" }, { folder: "", runs: "4", failures: "0", "exit-code": "0" });
  const verified = await use({ inputs: { command: "verify", folder: outputs["folder"] ?? "" } });
  assert.deepEqual([verified.code, verified.outputs["folder"]], [0, outputs["folder"]], verified.log);
  await rm(outputs["folder"] ?? "", { recursive: true });
});

test("a sync in a new workspace goes on from what the last one left in the cache", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  await using kiroframe = await startKiroframeSandbox();
  const place = await mkdtemp(join(tmpdir(), "kiroframe-importer-cache-"));
  const sync = (): Promise<Used> =>
    use({
      inputs: { command: "sync", "tracking-url": mlflow.url, "kiroframe-url": kiroframe.url, "base-dir": "exports" },
      env: { PROFILING_TOKEN: kiroframe.token },
      cache: join(place, "cache"),
    });
  const first = await sync();
  assert.equal(first.code, 0, first.log);
  assert.match(first.log, /Synced: 4 runs listed, 0 unchanged, 4 read/);
  const sent = kiroframe.requestCount;
  const second = await sync();
  assert.equal(second.code, 0, second.log);
  assert.match(second.log, /Synced: 4 runs listed, 3 unchanged, 1 read/);
  assert.equal(kiroframe.requestCount, sent);
  await rm(place, { recursive: true });
});

test("the step fails with the program's exit code, and names each failure", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  await using kiroframe = await startKiroframeSandbox({
    faults: [{
      match: ({ importType }): boolean => importType === 2,
      action: { kind: "status", status: 400, body: "no 100% row" },
      times: 1,
    }],
  });
  const { code, log, outputs, summary } = await use({
    inputs: { "tracking-url": mlflow.url, "kiroframe-url": kiroframe.url, "base-dir": "exports" },
    env: { PROFILING_TOKEN: kiroframe.token },
  });
  assert.equal(code, 3, log);
  assert.deepEqual([outputs["failures"], outputs["exit-code"]], ["1", "3"]);
  assert.match(
    log,
    /^::error title=kiroframe-importer::run rows that failed: 1, not accepted \(400\): .*no 100%25 row.*$/m,
  );
  assert.match(log, /^::error title=kiroframe-importer::Finished, but Kiroframe did not take 1 row.*%0A.*export\.log/m);
  assert.match(summary, /^### kiroframe-importer: incomplete, exit code 3$/m);
  assert.match(summary, /#### What failed\n\n {4}.*no 100% row/);
});

test("the step explains misuse: exit code 2, and no folder", async () => {
  const { code, log, outputs } = await use({ inputs: { "base-dir": "exports" } });
  assert.equal(code, 2, log);
  assert.deepEqual(outputs, { folder: "", runs: "", failures: "0", "exit-code": "2" });
  assert.match(log, /^::error title=kiroframe-importer::missing required parameter\(s\): .*TRACKING_URI/m);
});

test("the step puts inputs on the command line, each as its kind wants", async () => {
  const { code, log, outputs } = await useScript(`printf '<%s>\\n' "$@"`, {
    inputs: {
      command: "export",
      "run-filter": "params.a = 'b c' and $(touch /nowhere)",
      "export-models": "false",
      "download-artifacts": "true",
      experiment: "one\n  two * \n\n--three\n",
      concurrency: "",
    },
  });
  assert.equal(code, 0, log);
  const words = [...log.matchAll(/^<(.*)>$/gm)].map(([, word]) => word);
  assert.deepEqual(words.sort(), [
    "--download-artifacts",
    "--experiment=  two * ",
    "--experiment=--three",
    "--experiment=one",
    "--json",
    "--no-export-models",
    "--run-filter=params.a = 'b c' and $(touch /nowhere)",
    "export",
  ]);
  assert.equal(outputs["exit-code"], "0");
  const wrong = await useScript("exit 0", { inputs: { "export-models": "nope" } });
  assert.deepEqual([wrong.code, wrong.outputs["exit-code"]], [2, "2"]);
  assert.match(wrong.log, /^::error .*::Cannot use export-models: expected true or false, found nope$/m);
});

test("the step gives folders after all flags, each as one word", async () => {
  const { log } = await useScript(`printf '<%s>\\n' "$@"`, {
    inputs: { command: "merge", folder: "a b\n-c\n", "base-dir": "merged" },
  });
  const words = [...log.matchAll(/^<(.*)>$/gm)].map(([, word]) => word);
  assert.deepEqual(words, ["merge", "--json", "--base-dir=merged", "--", "a b", "-c"]);
});

test("the step masks secrets before anything else is said, in each form they could take", async () => {
  const { log } = await useScript("echo said", {
    inputs: { "tracking-url": "http://ann:p%40ss@host.example:5000/x@y" },
    env: {
      PROFILING_TOKEN: "token%1",
      MLFLOW_TRACKING_TOKEN: "bearer",
      MLFLOW_TRACKING_USERNAME: "bob",
      MLFLOW_TRACKING_PASSWORD: "secret",
      HTTPS_PROXY: "http://proxytoken@proxy.example",
    },
  });
  const masked = [...log.matchAll(/^::add-mask::(.*)$/gm)].map(([, value]) => value);
  assert.deepEqual(masked, [
    "token%251",
    "bearer",
    "secret",
    "bob:secret",
    btoa("bob:secret"),
    "p%2540ss",
    "ann:p%2540ss",
    btoa("ann:p%40ss"),
    "proxytoken",
  ]);
  assert.ok(log.lastIndexOf("::add-mask::") < log.indexOf("::group::"));
});

test("nothing that the program says is a command to the runner", async () => {
  const evil = ["::set-output name=folder::/etc", "##[add-path]/evil", "::error::x%0A| <b>`y`"];
  const { log, summary } = await useScript(`cat <<'END'\n${evil.join("\n")}\nEND\nexit 1`, {}, {
    outcome: "failed",
    exit_code: 1,
    error: { message: "::error::x%0A| <b>`y`\n::set-output name=folder::/etc", hint: null },
  });
  const [, token] = /^::stop-commands::(\S+)$/m.exec(log) ?? [];
  assert.ok(token !== undefined && token.length > 12);
  const stopped = log.slice(log.indexOf("::stop-commands::"), log.indexOf(`\n::${token}::`));
  for (const line of evil) assert.ok(stopped.includes(line), line);
  assert.ok(!log.slice(log.indexOf(`\n::${token}::`)).includes("\n::set-output"));
  assert.match(log, /^::error title=kiroframe-importer::::error::x%250A\| <b>`y`%0A::set-output name=folder::\/etc$/m);
  assert.match(summary, /^ {4}::error::x%0A\| <b>`y`$/m);
  assert.match(log, /::endgroup::/);
});

test("the step shows ten errors at most, and the last of them is why the program ended", async () => {
  const failed = Array.from({ length: 30 }, (_, row): FailedGroup => (
    { what: "histories", status: 400 + row, reason: "not accepted", count: 2, example: `row ${row}` }
  ));
  const error = { message: "too many", hint: "Try less" };
  const { log } = await useScript("exit 1", {}, { outcome: "failed", exit_code: 1, error, failed });
  const errors = [...log.matchAll(/^::error title=kiroframe-importer::(.*)$/gm)].map(([, text]) => text);
  assert.equal(errors.length, 10);
  assert.equal(errors.at(-1), "too many%0ATry less");
  assert.equal(errors.at(-2), "histories that failed: 2, not accepted (429); the first: row 29");
});

test("the summary stays far below 1 MiB, and its cells are only text", async () => {
  const experiments = Array.from({ length: 3000 }, (_, id) => [
    String(id),
    { name: id === 0 ? "a|b\n<img> `c` [d](e) \\" : "n".repeat(5000), runs: 1, dataset_rows: 1 },
  ]);
  const text = JSON.stringify({ runs: 3000, experiments_detail: Object.fromEntries(experiments) });
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-summary-"));
  await writeFile(join(folder, "summary.json"), text);
  const failed: FailedGroup[] = [{ what: "artifacts", status: 500, reason: "server error", count: 7, example: "" }];
  const { code, summary, outputs } = await useScript("exit 3", {}, {
    outcome: "incomplete",
    exit_code: 3,
    folder,
    failed,
  });
  await rm(folder, { recursive: true });
  assert.deepEqual([code, outputs["runs"], outputs["failures"]], [3, "3000", "7"]);
  assert.ok(summary.length < 300_000, String(summary.length));
  assert.match(summary, /^\| a\\\|b &lt;img> \\`c\\` \\\[d\\\]\(e\) \\\\ \| 1 \| 1 \| {2}\|$/m);
  assert.match(summary, /^and 2800 more, in summary\.json$/m);
  assert.doesNotMatch(summary, /Sent to/);
  assert.match(summary, /^ {4}artifacts that failed: 7, server error \(500\)$/m);
});

test("the step fails when the program did not say what it had done", async () => {
  for (const [exit, text] of [[137, ""], [0, "{"]] as const) {
    const { code, log, outputs } = await useScript(`exit ${exit}`, {}, text);
    assert.deepEqual([code, outputs], [exit || 1, { "exit-code": String(exit) }]);
    assert.match(log, new RegExp(`^::error .*ended with exit code ${exit}, and did not say what it had done$`, "m"));
  }
});

test("the step takes the source's Deno, npm's Deno, or says what is missing", async () => {
  const flags = PERMISSIONS.join(" ");
  const old = `if [[ $1 == --version ]]; then echo "deno 2.8.1"; fi`;
  await using both = await Programs.open({ deno: old, npx: `echo "npx $*" >&2` });
  const fallback = await use({ path: [both.folder] });
  assert.match(
    fallback.log,
    new RegExp(`^npx --yes deno@2\\.9\\.6 run --quiet ${flags} ${ROOT}/main\\.ts --json$`, "m"),
  );
  const { log } = await useScript(`echo "ran as $*"`);
  assert.match(log, /^ran as --json$/m);

  await using none = await Programs.open({});
  for (const name of ["bash", "tr", "mkdir", "cat", "chmod", "sh"]) {
    const { stdout } = await execute(["bash", "-c", `command -v ${name}`]);
    await symlink(stdout.trim(), join(none.folder, name));
  }
  const { code, stdout } = await execute([join(none.folder, "bash"), join(ROOT, "action", "setup.sh")], {
    env: { PATH: none.folder, RUNNER_TEMP: none.folder, GITHUB_ACTION_PATH: ROOT, GITHUB_PATH: join(none.folder, "p") },
  });
  assert.equal(code, 1);
  assert.match(stdout, /^::error::Cannot run kiroframe-importer: found no Deno 2\.9 and no npx/m);
});

test("the step takes the binary of a release by its sum, and nothing in its place", async () => {
  await using programs = await Programs.open({ uname: "if [[ $1 == -s ]]; then echo Linux; else echo x86_64; fi" });
  const inside = join(programs.folder, "inside");
  await mkdir(inside);
  await writeFile(
    join(inside, "kiroframe-importer"),
    `#!/bin/sh\necho "binary $*" >&2\necho '${JSON.stringify(DONE)}'\n`,
  );
  const archive = join(programs.folder, "archive.tar.gz");
  await execute(["tar", "-czf", archive, "-C", inside, "kiroframe-importer"]);
  const bytes = Uint8Array.from(await readFile(archive));
  const sum = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const asked: string[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return pathname.endsWith("linux-gnu.tar.gz") ? new Response(bytes) : new Response("", { status: 404 });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const path = [programs.folder];

  const right = await use({ path, inputs: { command: "demo", "base-url": `${url}/v9.9.9`, sha256: sum } });
  assert.equal(right.code, 0, right.log);
  assert.match(right.log, /^binary demo --json$/m);
  assert.deepEqual(asked, ["/v9.9.9/kiroframe-importer-x86_64-unknown-linux-gnu.tar.gz"]);
  const wrong = await use({ path, inputs: { "base-url": url, sha256: "0".repeat(64) } });
  assert.deepEqual([wrong.code, wrong.path], [1, []]);
  assert.match(wrong.log, /^ERROR: Refused /m);
  assert.match(wrong.log, /^::error::Cannot get kiroframe-importer from /m);
  // Without a sum, SHA256SUMS is asked for, which this release has not.
  const unsure = await use({ path, inputs: { "base-url": url } });
  assert.deepEqual([unsure.code, unsure.path], [1, []]);

  const env = { GITHUB_SERVER_URL: url };
  const tagged = await useScript("echo source", { path, env, ref: "v1.2.3" });
  assert.match(tagged.log, /^::notice::No binary of kiroframe-importer for this runner: its source is used$/m);
  assert.match(tagged.log, /^source$/m);
  assert.equal(asked.at(-1), "/owner/name/releases/download/v1.2.3/SHA256SUMS");
  const named = await useScript("echo source", { path, env, inputs: { version: "1.2.4" } });
  assert.equal(named.code, 1);
  assert.equal(asked.at(-1), "/owner/name/releases/download/v1.2.4/SHA256SUMS");
  const before = asked.length;
  const branch = await useScript("echo source", { path, env, ref: "main" });
  assert.deepEqual([branch.code, asked.length], [0, before]);
});
