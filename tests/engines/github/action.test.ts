/** The action and the examples of deploy/github-actions, run by a runner (nektos/act) between a real MLflow and a receiver. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOurs } from "../../live/parts/programs.ts";
import { type Receiver, startReceiver } from "../../live/parts/receiver.ts";
import type { RealMlflow } from "../../live/parts/servers.ts";
import { SeedApi } from "../../live/seed/api.ts";
import { cloneProject } from "../parts/clone.ts";
import { run } from "../parts/command.ts";
import { addRun, RUNS, sentRuns, startMlflow } from "../parts/world.ts";
import { Runner, type WorkflowRun } from "./act.ts";

const TOKEN = "token-of-the-workflows";
/** Of which the runner is not told that they are secrets. */
const UNKNOWN_SECRETS = { TOKEN: "token-that-is-no-secret", PASSWORD: "pass%word" };

let mlflow: RealMlflow;
let runner: Runner;
let folder: string;

Deno.test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-engines-"));
  const clone = join(folder, "clone");
  await cloneProject(clone);
  runner = await Runner.open(folder, clone);
  mlflow = await startMlflow();
});

Deno.test.afterAll(async () => {
  await mlflow[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Runs a workflow with the servers' addresses, and a receiver of its own unless it is given one. */
async function runWorkflow(workflow: string, receiver: Receiver, strict = receiver): Promise<WorkflowRun> {
  const done = await runner.run({
    workflow,
    vars: { TRACKING_URI: mlflow.url, KIROFRAME_URL: receiver.url, STRICT_URL: strict.url, ...UNKNOWN_SECRETS },
    secrets: { PROFILING_TOKEN: TOKEN, MLFLOW_TRACKING_TOKEN: "token-of-mlflow" },
  });
  for (const secret of [TOKEN, "token-of-mlflow"]) assert.ok(!done.text.includes(secret), "a secret is in the log");
  return done;
}

/** What the steps of a job printed, its commands left out. */
function said({ lines }: WorkflowRun, job: string): string {
  return lines.filter((line) => line.job === job && line.command === undefined).map(({ msg }) => msg.trimEnd()).join(
    "\n",
  );
}

function resultOf({ lines }: WorkflowRun, job: string): string | undefined {
  return lines.find((line) => line.job === job && line.jobResult !== undefined)?.jobResult;
}

/** The folder of an artifact that a workflow kept. */
async function artifact(done: WorkflowRun, name: string): Promise<string> {
  const into = join(folder, "unpacked", String(done.id), name);
  await run(["python3", "-m", "zipfile", "-e", join(done.artifacts, name, `${name}.zip`), into]);
  return into;
}

Deno.test("the action of a fresh clone exports, imports and verifies; what failed is annotated, summed up and the job's end", async () => {
  await using kiroframe = startReceiver();
  await using strict = startReceiver(({ body }) =>
    body.includes('"import_type": 2') && body.includes("run 2")
      ? new Response("no 100% row", { status: 400 })
      : undefined
  );
  const done = await runWorkflow("tests/engines/github/workflows/action.yml", kiroframe, strict);

  assert.match(said(done, "steps"), /^export told 12 runs, 0 failures, exit 0$/m, done.text);
  assert.match(said(done, "steps"), /^import told 12 runs, 0 failures, exit 0$/m);
  assert.match(said(done, "steps"), /^verify told exit 0$/m);
  assert.equal(resultOf(done, "steps"), "success");
  assert.equal(sentRuns(kiroframe).length, RUNS);
  assert.ok(kiroframe.calls.every(({ headers }) => headers["x-api-key"] === TOKEN));
  const summaries = done.lines.filter(({ job, command }) => job === "steps" && command === "summary");
  // act shows each twice: as the inner step's and as the action's.
  assert.equal(summaries.length, 6);
  assert.match(
    summaries[0]?.content ?? "",
    /^### kiroframe-importer: done\n[^]*^\| Read \| 7 experiments, 12 runs, 120 points \|$/m,
  );

  assert.match(said(done, "refused"), /^import told 2 failures, exit 3$/m, done.text);
  assert.equal(resultOf(done, "refused"), "failure");
  assert.equal(done.code, 1);
  const errors = done.lines.filter(({ job, command }) => job === "refused" && command === "error");
  assert.match(errors[0]?.arg ?? "", /no 100% row/);
  assert.match(errors.at(-1)?.arg ?? "", /Kiroframe did not take 2 rows/);
  const [failed] = done.lines.filter(({ job, command }) => job === "refused" && command === "summary");
  assert.match(
    failed?.content ?? "",
    /^### kiroframe-importer: incomplete, exit code 3\n[^]*^#### What failed\n\n {4}.*no 100% row/m,
  );

  assert.match(said(done, "misuse"), /^misuse told failure, exit 2$/m);
  const misuse = done.lines.filter(({ job, command }) => job === "misuse" && command === "error");
  assert.match(misuse[0]?.arg ?? "", /^missing required parameter\(s\): .*KIROFRAME_URL/);

  assert.match(said(done, "masked"), /^the token is \*\*\*\.$/m);
  assert.match(said(done, "masked"), /^the password is \*\*\*, sent as \*\*\*\.$/m);
});

Deno.test("the action passes this repository's own CI", async () => {
  const done = await runner.run({ workflow: ".github/workflows/ci.yml", event: "push", job: "action" });
  assert.equal(done.code, 0, done.text);
  assert.equal(resultOf(done, "action"), "success");
});

Deno.test("hourly.yml goes on from what the job before left in the cache", async () => {
  await using kiroframe = startReceiver();
  const first = await runWorkflow("deploy/github-actions/hourly.yml", kiroframe);
  assert.equal(first.code, 0, first.text);
  assert.match(said(first, "sync"), /Synced: 12 runs listed, 0 unchanged, 12 read/);
  assert.equal(sentRuns(kiroframe).length, RUNS);
  const api = new SeedApi(mlflow.url);
  const before = kiroframe.calls.length;
  await addRun(api, await api.experimentNamed("engines/3"), "added");
  const second = await runWorkflow("deploy/github-actions/hourly.yml", kiroframe);
  assert.equal(second.code, 0, second.text);
  assert.match(said(second, "sync"), /Synced: 13 runs listed, 12 unchanged, 1 read/);
  assert.deepEqual(sentRuns(kiroframe).filter((name) => name.endsWith("added")), ["engines/3 added"]);
  // The run, and the experiment whose totals it changes.
  assert.equal(kiroframe.calls.length - before, 2);
});

Deno.test("nightly.yml imports all and keeps the folder", async () => {
  await using kiroframe = startReceiver();
  const done = await runWorkflow("deploy/github-actions/nightly.yml", kiroframe);
  assert.equal(done.code, 0, done.text);
  const summary = JSON.parse(await Deno.readTextFile(join(await artifact(done, "export"), "summary.json")));
  assert.equal(summary.import.acknowledged, kiroframe.calls.length);
  assert.equal(sentRuns(kiroframe).length, summary.runs);
});

Deno.test("matrix.yml: three jobs export and import a part each, and what is merged is what one machine exports", async () => {
  await using kiroframe = startReceiver();
  const done = await runWorkflow("deploy/github-actions/matrix.yml", kiroframe);
  assert.equal(done.code, 0, done.text);
  const alone = await runOurs({ trackingUrl: mlflow.url, baseDir: join(folder, "alone") });
  assert.equal(alone.exitCode, 0, alone.said);
  assert.deepEqual(sentRuns(kiroframe), sentRuns(alone));
  const merged = await artifact(done, "export");
  for (const name of ["runs.json", "runs.csv", "experiment_summary.json", "models.json"]) {
    const expected = await Deno.readTextFile(join(alone.folder, name));
    assert.equal(await Deno.readTextFile(join(merged, name)), expected, name);
  }
});
