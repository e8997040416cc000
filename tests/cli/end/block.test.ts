import assert from "node:assert/strict";
import { blockOf } from "../../../lib/cli/end/block.ts";
import type { Result } from "../../../lib/shapes/result.ts";

const NOTHING = { experiments: 0, runs: 0, models: 0 };
const ARTIFACTS = { files: 0, bytes: 0 };

const RESULT: Result = {
  command: "plain",
  version: "0.1.0",
  outcome: "done",
  exit_code: 0,
  error: null,
  source: { name: "MLflow", version: "3.17.2", url: "http://mlflow:5000" },
  kiroframe: { url: "https://k" },
  folder: "/x/20260131_0930_123456",
  report: "/x/20260131_0930_123456/report.html",
  read: { experiments: 2, runs: 1204, metrics: 3, points: 1, datasets: 0, models: 0, artifacts: ARTIFACTS },
  unchanged: 0,
  written: {
    experiments: 2,
    runs: 1204,
    points: 1,
    datasets: 2,
    artifacts: ARTIFACTS,
    extras: {},
    files: 8,
    bytes: 61_000,
  },
  sent: { experiments: 2, runs: 1204, models: 1 },
  skipped: NOTHING,
  left_out: { non_finite: 0, thinned_points: 0 },
  failed: [],
  removed_folders: [],
  gone: null,
  rows: null,
  plan: null,
  checks: null,
  seconds: 83.2,
  calls: { source: 44, kiroframe: 1207, retries: 0 },
  next: "kiroframe-importer verify /x/20260131_0930_123456",
};

Deno.test("blockOf() tells what was read, written and sent, where it is, and what to run next", () => {
  assert.equal(
    blockOf(RESULT),
    `
Done in 1:23

Read     2 experiments, 1,204 runs, 1 point of 3 metric histories
         from MLflow 3.17.2 at http://mlflow:5000, in 44 calls
Written  2 experiments, 1,204 runs, 8 files of 61 KB, to
         /x/20260131_0930_123456
Report   /x/20260131_0930_123456/report.html
Sent     2 experiments, 1,204 runs and the registered models
         to https://k, in 1,207 calls

Next
  kiroframe-importer verify /x/20260131_0930_123456
`,
  );
});

Deno.test("blockOf() tells of what is in the folder besides runs, kinds that it does not know too, and not of what is only counted", () => {
  const extras = {
    logged_models: { found: 1, exported: 1 },
    traces: { found: 1_200, exported: 1_200 },
    webhooks: { found: 3, exported: 0 },
    paintings: { found: null, exported: 2 },
  };
  const text = blockOf({ ...RESULT, written: { ...RESULT.written!, extras } });
  assert.match(
    text,
    /^Written {2}2 experiments, 1,204 runs, 1 logged model, 1,200 traces, 2 paintings,\n {9}8 files of 61 KB, to\n/m,
  );
});

Deno.test("blockOf() tells what was unchanged, skipped, removed and gone, and groups what failed and why", () => {
  const text = blockOf({
    ...RESULT,
    outcome: "incomplete",
    unchanged: 90,
    read: { ...RESULT.read!, datasets: 1, models: 2, artifacts: { files: 1, bytes: 1_200_000 } },
    skipped: { experiments: 1, runs: 2, models: 1 },
    left_out: { non_finite: 2, thinned_points: 1 },
    failed: [
      { what: "artifacts", status: 403, reason: "refused", count: 12, example: "model.pkl: MLflow refused it" },
      { what: "histories", status: null, reason: "failed", count: 1, example: "cut\noff" },
      { what: "run rows", status: 400, reason: "not accepted", count: 4, example: "" },
      { what: "models", status: 500, reason: "server error", count: 1, example: "" },
    ],
    removed_folders: ["/x/1"],
    gone: { experiments: ["1"], runs: [] },
    next: null,
  });
  assert.match(text, /^\nFinished, but not all of it, in 1:23\n/);
  assert.deepEqual(text.trim().split("\n").slice(2), [
    "Read     2 experiments, 1,204 runs, 1 point of 3 metric histories,",
    "         1 use of datasets, 2 registered models, 1 artifact file of 1.2 MB",
    "         from MLflow 3.17.2 at http://mlflow:5000, in 44 calls",
    "Kept     90 runs, unchanged since the folder before",
    "Written  2 experiments, 1,204 runs, 8 files of 61 KB, to",
    "         /x/20260131_0930_123456",
    "Report   /x/20260131_0930_123456/report.html",
    "Sent     2 experiments, 1,204 runs and the registered models",
    "         to https://k, in 1,207 calls",
    "         2 values that JSON cannot hold (NaN, Infinity) not among them",
    "         1 point left out by --max-history-points",
    "Skipped  4 rows that Kiroframe has already",
    "Failed   12 runs: artifacts refused (403); the first: model.pkl: MLflow refused it",
    "         1 metric history: failed: cut\\noff",
    "         4 runs not sent: not accepted (400)",
    "         registered models: not listed, server error (500)",
    "Removed  1 older folder",
    "Gone     1 experiment and 0 runs, from MLflow: Kiroframe still has them",
  ]);
});

Deno.test("blockOf() of a command that ended early tells how far it came; of one that began nothing, nothing", () => {
  const early = {
    ...RESULT,
    outcome: "interrupted",
    written: null,
    sent: null,
    kiroframe: null,
    report: null,
  } as const;
  assert.match(
    blockOf(early),
    /^\nInterrupted after 1:23\n[^]*\nWritten {2}in part: to be gone on with, in\n {9}\/x\/20/,
  );
  assert.doesNotMatch(blockOf(early), /Sent|Report/);
  assert.equal(blockOf({ ...early, folder: null }), "");
  assert.equal(blockOf({ ...RESULT, outcome: "usage" }), "");
  assert.equal(blockOf({ ...RESULT, command: "verify" }), "");
});
