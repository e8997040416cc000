import assert from "node:assert/strict";
import { planText } from "../../../lib/cli/tell/plan.ts";
import type { Plan } from "../../../lib/shapes/plan.ts";
import { widthOf } from "../../../lib/visible.ts";

const PLAN: Plan = {
  experiments: { exported: 1_234_567, left_out_by_name: 12_345, left_out_by_shard: 456_789 },
  runs: { exported: 123_456_789, left_out: 98_765_432, unchanged: 12_345_678 },
  metrics: 1_234_567_890,
  points: 123_456_789_012,
  points_counted: false,
  sampled_runs: 200,
  models: 12_345,
  model_versions: 123_456,
  logged_models: 1_234_567,
  prompts: 12_345,
  traces: 1_234_567,
  extras: { logged_models: 1_234_567, prompts: 12_345, traces: 1_234_567, evaluation_datasets: 12_345, webhooks: 0 },
  artifacts: { files: 123_456_789, bytes: 5e14 },
  calls: { total: 123_456_789, runs: 100_000_000, models: 23, artifacts: 23_456_000, other: 766 },
  seconds: { total: 500_000, runs: 400_000, models: 3, artifacts: 90_000, finishing: 9_997 },
  disk: { bytes: 5e14, free_bytes: 1e12 },
  kiroframe: { rows: 124_691_357, bytes: 4e14 },
  unlistable: [{ experiment_id: "7", name: "\u001b[2Jevil\n" + "long ".repeat(40), reason: "500\r\nno" }],
};

Deno.test("planText() fits 80 columns, whatever the amounts and names", () => {
  const text = planText({ name: "MLflow", version: "3.17.2", url: "https://mlflow.example", plan: PLAN });
  for (const line of text.split("\n")) assert.ok(widthOf(line) <= 80, line);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f]/);
  assert.match(text, /^Cannot list the runs of experiment 7 "\\x1b\[2Jevil\\n/m);
  assert.match(text, /about 6 days/);
  assert.match(text, /^ {2}traces {2,}1,234,567 {2}with --export-traces$/m);
  assert.match(text, /^ {2}evaluation datasets {2,}12,345$/m);
  assert.doesNotMatch(text, /webhooks/);
});

Deno.test("planText() says nothing of what is not exported", () => {
  const plan: Plan = {
    ...PLAN,
    experiments: { exported: 1, left_out_by_name: 0, left_out_by_shard: 0 },
    runs: { exported: 1, left_out: 0, unchanged: 0 },
    points_counted: true,
    models: null,
    model_versions: null,
    logged_models: 0,
    prompts: null,
    traces: null,
    extras: { logged_models: 0, prompts: null, traces: null, evaluation_datasets: null, scorers: 0 },
    artifacts: null,
    kiroframe: null,
    calls: { total: 5, runs: 3, models: 0, artifacts: 0, other: 2 },
    seconds: { total: 1, runs: 1, models: 0, artifacts: 0, finishing: 0 },
    disk: { bytes: 10, free_bytes: null },
    unlistable: [],
  };
  const text = planText({ name: "MLflow", version: null, url: "./mlruns", plan });
  assert.match(text, /^Plan for \.\/mlruns \(MLflow\)\n/);
  assert.doesNotMatch(
    text,
    /left out|shards|unchanged|models|prompts|traces|datasets|scorers|artifacts|Kiroframe|free|reckoned/,
  );
});
