/** The GitHub Actions step: its scripts, run as the runner runs them. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OPTION_TABLE } from "../../lib/cli/tables/options.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { actionYml, isInput } from "../../tools/docs/action_yml.ts";
import { use, type Used } from "./runner.ts";
import { ROOT, test, useScript } from "./scripts.ts";

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
