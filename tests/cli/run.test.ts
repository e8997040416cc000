import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InterruptedError } from "../../lib/errors.ts";
import { Lab, runProgram } from "./run_program.ts";

Deno.test("run() exports and imports, and says so in the log and in summary.json", async () => {
  await using lab = await Lab.open();
  const { code, stdout, stderr } = await runProgram([...lab.exportFlags, ...lab.importFlags]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(lab.kiroframe.violations, []);
  assert.match(stdout, /Runs: MLflow listed 4, the files hold 4, Kiroframe acknowledged 4/);
  const summary = JSON.parse(await lab.read("summary.json"));
  assert.deepEqual(summary.reconciliation["1"], { listed: 2, written: 2, acknowledged: 2 });
  assert.deepEqual(summary.import, { acknowledged: 9, failed: 0, non_finite_left_out: 2, thinned_points: 0 });
});

Deno.test("run() with --no-import-to-kiroframe, and export, send nothing", async () => {
  await using lab = await Lab.open();
  const half = await runProgram([...lab.exportFlags, "--no-import-to-kiroframe"], {
    env: { DOWNLOAD_ARTIFACT: "true" },
  });
  assert.equal(half.code, 0, half.stderr);
  assert.match(half.stdout, /WARNING: DOWNLOAD_ARTIFACT has no effect: did you mean DOWNLOAD_ARTIFACTS\?/);
  assert.match(await lab.read("export.log"), /WARNING .*: DOWNLOAD_ARTIFACT has no effect/);
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags, "--no-import-to-kiroframe"])).code, 0);
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 0);
  assert.equal(lab.kiroframe.requestCount, 0);
  assert.equal(JSON.parse(await lab.read("summary.json")).import, null);
});

Deno.test("run() takes an address with what is around it, and gives all spellings one source id", async () => {
  await using lab = await Lab.open();
  const spellings = ["U", " U", '"U"', "'U/'", "U\n", "U/#/experiments/1"].map((text) =>
    text.replace("U", lab.mlflow.url)
  );
  const ids = new Set<string>();
  for (const url of spellings) {
    const { code, stdout, stderr } = await runProgram(["export", "--tracking-url", url, "--base-dir", lab.base]);
    assert.equal(code, 0, `${url}: ${stderr}`);
    assert.doesNotMatch(stdout, /WARNING/);
    ids.add(JSON.parse(await lab.read("export.json")).import_source_id);
  }
  assert.equal(ids.size, 1);
});

Deno.test("run() without models writes no models.json and sends none", async () => {
  await using lab = await Lab.open();
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags, "--no-export-models"])).code, 0);
  await assert.rejects(lab.read("models.json"));
  assert.equal(lab.kiroframe.models, null);
});

Deno.test("run() tells of the interruption, whatever broke by it", async () => {
  const signal = AbortSignal.abort(new InterruptedError("Interrupted by SIGINT"));
  const { code, stderr } = await runProgram(["verify", join(tmpdir(), "there is no such folder")], { signal });
  assert.equal(code, 130);
  assert.match(stderr, /^ERROR: Interrupted by SIGINT$/m);
});

Deno.test("filters choose experiments and runs", async () => {
  await using lab = await Lab.open();
  const names = async (...flags: string[]): Promise<string[]> => {
    const { code, stderr } = await runProgram(["export", ...lab.exportFlags, ...flags]);
    assert.equal(code, 0, stderr);
    return (await lab.rows("runs.json")).map((row) => row.tags["mlflow.runName"]);
  };
  assert.deepEqual(await names("--experiment", "digits/*"), ["alpha=0.01", "alpha=0.0001"]);
  assert.equal((await lab.rows("experiment_summary.json")).length, 1);
  assert.deepEqual(await names("--since", "2024-01-01", "--until", "2026-11-23T21:07:05Z"), ["alpha=0.0001"]);
  assert.deepEqual(await names("--run-filter", "params.alpha = '0.01'"), ["alpha=0.01"]);
  assert.equal((await names("--include-deleted")).includes("deleted"), true);
  assert.equal((await names()).includes("deleted"), false);
});

Deno.test("options that cannot be read are refused before MLflow is asked", async () => {
  await using lab = await Lab.open();
  for (const flags of [["--since", "soon"], ["--until", "13"], ["--shard", "3/2"], ["--redact", "("]]) {
    const { code, stderr } = await runProgram(["export", ...lab.exportFlags, ...flags]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, new RegExp(`${flags[0]}\\b`));
  }
  assert.equal(lab.mlflow.requestCount, 0);
  assert.deepEqual(await lab.folders(), []);
});

Deno.test("a filter that MLflow refuses, and a name that no experiment has, are usage errors that leave no folder", async () => {
  await using lab = await Lab.open();
  const filter = await runProgram(["export", ...lab.exportFlags, "--run-filter", "nonsense"]);
  assert.equal(filter.code, 2, filter.stderr);
  assert.match(filter.stderr, /nonsense/);
  const name = await runProgram(["export", ...lab.exportFlags, "--experiment", "nobody"]);
  assert.equal(name.code, 2);
  assert.match(name.stderr, /No experiment has a name that was asked for/);
  assert.deepEqual(await lab.folders(), []);
});

Deno.test("redaction applies to files and payloads alike", async () => {
  await using lab = await Lab.open();
  const rules = ["--redact", "vision", "--exclude-tag", "mlflow.user", "--exclude-param", "al*"];
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags, ...rules])).code, 0);
  const [folder = ""] = await lab.folders();
  for (const name of ["runs.json", "runs.csv", "experiment_summary.json", "export.json"]) {
    assert.doesNotMatch(
      await readFile(join(folder, name), "utf8"),
      /vision|[^\\]"mlflow\.user"|tags\.mlflow\.user|"alpha"|params\.alpha/,
      name,
    );
  }
  const sent = lab.kiroframe.requests.map(({ text }) => text).join("\n");
  assert.match(sent, /\[redacted\]/);
  assert.doesNotMatch(sent, /vision|[^\\]"mlflow\.user"|"alpha"/);
});

Deno.test("verify passes a fresh export and ends with 3 for a changed one", async () => {
  await using lab = await Lab.open();
  await runProgram(["export", ...lab.exportFlags]);
  const [folder = ""] = await lab.folders();
  const good = await runProgram(["verify", folder]);
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /runs\.json: 4 rows/);
  await writeFile(join(folder, "runs.json"), "{}\n");
  const bad = await runProgram(["verify", folder]);
  assert.equal(bad.code, 3);
  assert.match(bad.stdout, /runs\.json: line 1/);
  for (
    const [path, words] of [[join(lab.base, "none"), "there is no such folder"], [lab.base, "it is no export folder,"]]
  ) {
    const { code, stderr } = await runProgram(["verify", path ?? ""]);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^ERROR: Cannot verify ${path}: ${words}[^\n]*\nGive the path of [^\n]*\n$`));
  }
});

Deno.test("demo prints what it did", async () => {
  const { code, stdout, stderr } = await runProgram(["demo"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /4 experiments, 4 runs/);
  const folder = /^ +(\/.*\d{8}_\d{4}_\d{6})$/m.exec(stdout)?.[1] ?? "";
  assert.equal(JSON.parse(await readFile(join(folder, "summary.json"), "utf8")).runs, 4);
  await rm(folder, { recursive: true });
});
