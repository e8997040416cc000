/** --json on the whole program: one document on standard output and nothing else, however the command ends. */
import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InterruptedError } from "../../../lib/errors.ts";
import { type Result, resultShape } from "../../../lib/shapes/result.ts";
import { VERSION } from "../../../lib/version.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { Lab, type Outcome, runProgram } from "../run_program.ts";

interface JsonOutcome extends Outcome {
  readonly result: Result;
}

async function runJson(argv: readonly string[], options: Parameters<typeof runProgram>[1] = {}): Promise<JsonOutcome> {
  const outcome = await runProgram([...argv, "--json"], options);
  assert.match(outcome.stdout, /^[^\n]+\n$/, outcome.stderr);
  const result = resultShape.parse(JSON.parse(outcome.stdout));
  assert.equal(result.exit_code, outcome.code);
  assert.equal(result.version, VERSION);
  return { ...outcome, result };
}

Deno.test("--json tells what the plain command read, wrote and sent, and the log goes to standard error", async () => {
  await using lab = await Lab.open();
  const flags = [...lab.exportFlags, ...lab.importFlags, "--download-artifacts"];
  const { result, stderr } = await runJson(flags);
  const [folder = ""] = await lab.folders();
  assert.equal(result.command, "plain");
  assert.equal(result.outcome, "done");
  assert.equal(result.error, null);
  assert.deepEqual(result.source, { name: "MLflow", version: "3.17.2", url: lab.mlflow.url });
  assert.deepEqual(result.kiroframe, { url: lab.kiroframe.url });
  assert.equal(result.folder, folder);
  assert.equal(result.report, join(folder, "report.html"));
  const summary = JSON.parse(await lab.read("summary.json"));
  assert.deepEqual(result.read, {
    experiments: 4,
    runs: 4,
    metrics: result.read?.metrics,
    points: summary.metric_points,
    datasets: result.read?.datasets,
    models: JSON.parse(await lab.read("models.json")).length,
    artifacts: { files: summary.artifact_files, bytes: summary.artifact_bytes },
  });
  const rows = await lab.rows("runs.json");
  assert.equal(result.read?.metrics, rows.reduce((sum, row) => sum + Object.keys(row.metrics_history).length, 0));
  assert.equal(result.read?.datasets, rows.reduce((sum, row) => sum + row.datasets.length, 0));
  assert.equal(result.written?.runs, 4);
  assert.equal(result.written?.points, summary.metric_points);
  assert.deepEqual(result.written?.artifacts, result.read?.artifacts);
  assert.equal(result.written?.files, Object.keys(summary.files).length);
  assert.deepEqual(result.sent, { experiments: 4, runs: 4, models: 1 });
  assert.deepEqual(result.skipped, { experiments: 0, runs: 0, models: 0 });
  assert.deepEqual(result.left_out, { non_finite: 2, thinned_points: 0 });
  assert.deepEqual(result.failed, []);
  assert.equal(result.calls.source, lab.mlflow.requestCount);
  assert.equal(result.calls.kiroframe, 9);
  assert.equal(result.next, `kiroframe-importer verify ${folder}`);
  assert.match(stderr, /INFO: Exported 4 runs of 4 experiments/);
  assert.match(await lab.read("export.log"), /INFO .*: Exported 4 runs of 4 experiments/);
});

Deno.test("--json tells of export, import, verify, report, merge and demo", async () => {
  await using lab = await Lab.open();
  const exported = await runJson(["export", ...lab.exportFlags, "--shard", "1/1"]);
  const [folder = ""] = await lab.folders();
  assert.equal(exported.result.sent, null);
  assert.equal(exported.result.next, `kiroframe-importer import ${folder} --kiroframe-url URL --profiling-token TOKEN`);
  assert.equal((await runJson(["import", folder, ...lab.importFlags])).result.sent?.runs, 4);
  const again = await runJson(["import", folder, ...lab.importFlags]);
  assert.equal(again.result.read, null);
  assert.deepEqual(again.result.sent, { experiments: 0, runs: 0, models: 0 });
  assert.deepEqual(again.result.skipped, { experiments: 4, runs: 4, models: 1 });
  const verified = await runJson(["verify", folder]);
  assert.equal(verified.result.rows?.["runs.json"], 4);
  assert.equal((await runJson(["report", folder])).result.report, join(folder, "report.html"));
  const merged = await runJson(["merge", folder, "--base-dir", lab.base]);
  assert.equal(merged.result.written?.runs, 4);
  assert.notEqual(merged.result.folder, folder);
  const demo = await runJson(["demo"]);
  assert.equal(demo.result.sent?.runs, 4);
  await rm(demo.result.folder ?? "", { recursive: true });
});

Deno.test("--json tells of a sync what was unchanged, and which folders it removed", async () => {
  await using lab = await Lab.open();
  const flags = ["sync", ...lab.exportFlags, ...lab.importFlags, "--keep", "1"];
  const first = await runJson(flags);
  const second = await runJson(flags);
  assert.equal(first.result.unchanged, 0);
  assert.deepEqual(second.result.removed_folders, [first.result.folder]);
  assert.equal(second.result.unchanged + (second.result.read?.runs ?? 0), 4);
  assert.ok(second.result.unchanged > 0);
  assert.equal(second.result.skipped?.runs, 4);
  assert.deepEqual(second.result.gone, { experiments: [], runs: [] });
});

Deno.test("--json groups what failed by what and status, and says what to run next", async () => {
  const answer = { kind: "status", status: 400, body: '{"error": "no"}' } as const;
  await using lab = await Lab.open({
    kiroframe: { faults: [{ match: ({ importType }) => importType === 2, action: answer }] },
  });
  const { result } = await runJson([...lab.exportFlags, ...lab.importFlags]);
  assert.equal(result.outcome, "incomplete");
  const [folder = ""] = await lab.folders();
  assert.deepEqual(result.failed.map(({ what, status, reason, count }) => ({ what, status, reason, count })), [
    { what: "run rows", status: 400, reason: "not accepted", count: 4 },
  ]);
  assert.match(result.failed[0]?.example ?? "", /no/);
  assert.equal(
    result.next,
    `kiroframe-importer import ${folder} --kiroframe-url ${lab.kiroframe.url} --profiling-token TOKEN`,
  );
});

Deno.test("--json and the block group artifacts and histories that failed, and a resume tells what failed before", async () => {
  const refused = { kind: "status", status: 403, body: "no" } as const;
  await using lab = await Lab.open({
    mlflow: {
      faults: [
        { match: ({ path }) => /artifacts/.test(path), action: refused },
        { match: ({ path }) => /get-history/.test(path), action: refused },
      ],
    },
  });
  const flags = ["export", ...lab.exportFlags, "--download-artifacts"];
  const { result } = await runJson(flags);
  const groups = result.failed.map(({ what, status, reason, count }) => ({ what, status, reason, count }));
  const [folder = ""] = await lab.folders();
  const summary = JSON.parse(await lab.read("summary.json"));
  const byWhat = (what: string): unknown => groups.find((group) => group.what === what);
  const histories = summary.history_errors;
  assert.ok(histories > 0 && summary.artifact_errors > 0);
  assert.deepEqual(byWhat("artifacts"), {
    what: "artifacts",
    status: 403,
    reason: "refused",
    count: summary.artifact_errors,
  });
  assert.deepEqual(byWhat("histories"), { what: "histories", status: 403, reason: "refused", count: histories });
  assert.equal(groups.length, 2);
  assert.match(result.next ?? "", / --resume \S+$/);

  const { stdout } = await runProgram([...flags, "--resume", folder]);
  assert.match(
    stdout,
    new RegExp(`^Failed {3}${summary.artifact_errors} runs: artifacts refused \\(403\\); the first: .*$`, "m"),
  );
  assert.match(stdout, new RegExp(`^ {9}${histories} metric histories: failed earlier$`, "m"));
});

Deno.test("--json tells of a usage error, of an operand too many and of a flag that there is none of", async () => {
  const cases: readonly (readonly [string[], string | null])[] = [
    [[], "plain"],
    [["export"], "export"],
    [["verify"], "verify"],
    [["exprot"], null],
    [["export", "--no-such"], null],
    [["completions", "bash"], "completions"],
  ];
  for (const [argv, command] of cases) {
    const { result, stderr } = await runJson(argv);
    assert.equal(result.outcome, "usage");
    assert.equal(result.command, command);
    assert.equal(result.folder, null);
    assert.ok(stderr.startsWith(`ERROR: ${result.error?.message}`), stderr);
  }
});

Deno.test("--json tells of a server that is not there, and of an interruption", async () => {
  await using lab = await Lab.open();
  const away = await runJson(["export", "--tracking-url", "http://127.0.0.1:1", "--base-dir", lab.base]);
  assert.equal(away.result.outcome, "unreachable");
  assert.equal(
    away.result.next,
    `kiroframe-importer export --tracking-url http://127.0.0.1:1 --base-dir ${lab.base} --json`,
  );
  assert.deepEqual(await readdir(lab.base), []);
  const signal = AbortSignal.abort(new InterruptedError("Interrupted by SIGINT"));
  const stopped = await runJson(["export", ...lab.exportFlags], { signal });
  assert.equal(stopped.result.outcome, "interrupted");
  assert.equal(stopped.result.error?.message, "Interrupted by SIGINT");
});

Deno.test("--json tells of what there is besides runs, planned and written", async () => {
  const world = digitsWorld();
  for (const number of [1, 2, 3]) {
    const timestampMs = 1_700_000_000_000 + number;
    const trace = { experimentId: "1", timestampMs, durationMs: 1, tags: new Map(), assessments: [] };
    world.traces.push({ id: `tr-${number}`, ...trace });
  }
  await using lab = await Lab.open({ mlflow: { world } });
  const { result: { plan } } = await runJson(["plan", ...lab.exportFlags]);
  assert.deepEqual([plan?.traces, plan?.extras["traces"]], [3, 3]);
  const { result } = await runJson(["export", ...lab.exportFlags]);
  assert.deepEqual(result.written?.extras["traces"], { found: 3, exported: 0 });
  const { result: { written }, stderr } = await runJson(["export", ...lab.exportFlags, "--export-traces"]);
  assert.deepEqual(written?.extras["traces"], { found: 3, exported: 3 });
  const summary = JSON.parse(await lab.read("summary.json"));
  assert.deepEqual(Object.keys(written?.extras ?? {}), Object.keys(summary.extras), stderr);
});

Deno.test("--json tells what verify found, and never a secret", async () => {
  await using lab = await Lab.open();
  await runProgram(["export", ...lab.exportFlags]);
  const [folder = ""] = await lab.folders();
  await writeFile(join(folder, "runs.json"), "{\n", { flag: "a" });
  const { result } = await runJson(["verify", folder]);
  assert.equal(result.outcome, "incomplete");
  assert.equal(result.failed[0]?.what, "problems");
  const secret = `a"secret\\of mine`;
  const target = ["--kiroframe-url", "http://127.0.0.1:1", "--profiling-token", secret];
  const failed = await runProgram(["import", folder, ...target, "--json"], {
    env: { KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "0" },
  });
  assert.equal(failed.code, 5);
  assert.doesNotMatch(failed.stdout, /of mine/);
  resultShape.parse(JSON.parse(failed.stdout));
});
