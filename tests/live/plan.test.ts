/** What plan and doctor say of real servers, beside what the export then makes and takes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Plan } from "../../lib/shapes/plan.ts";
import { type Result, resultShape } from "../../lib/shapes/result.ts";
import { seedStore } from "../../bench/seed.ts";
import { programCommand } from "../tools/program.ts";
import { type MlflowVersion, startRealMlflow } from "./parts/servers.ts";
import { seedServer } from "./seed/mod.ts";

/** Of the calls that an export makes, a plan may miss a fifth. */
const MOST_APART = 0.2;

async function runJson(args: readonly string[]): Promise<Result> {
  const [program = "", ...words] = programCommand();
  const { stdout, stderr } = await new Deno.Command(program, { args: [...words, ...args, "--json"], stdin: "null" })
    .output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return resultShape.parse(JSON.parse(text));
}

function assertNear(what: string, planned: number, found: number): void {
  assert.ok(Math.abs(planned - found) <= MOST_APART * found, `${what}: planned ${planned}, found ${found}`);
}

/** Plans, exports, and holds the one against the other. */
async function comparePlan(flags: readonly string[]): Promise<Plan> {
  const { plan, calls: { source } } = await runJson(["plan", ...flags]);
  assert.ok(plan !== null && source > 0);
  const { outcome, written, calls } = await runJson(["export", ...flags]);
  assert.equal(outcome, "done");
  assertNear("calls", plan.calls.total, calls.source);
  // Of the odd histories of a server some have lengths that no step tells.
  if (flags.includes("--experiment") || plan.points_counted) assertNear("points", plan.points, written?.points ?? 0);
  assert.deepEqual([plan.experiments.exported, plan.runs.exported], [written?.experiments, written?.runs]);
  assert.equal(plan.artifacts === null, !flags.includes("--download-artifacts"));
  for (const [kind, { found }] of Object.entries(written?.extras ?? {})) assert.equal(plan.extras[kind], found, kind);
  return plan;
}

/** What doctor looks at on a server that has everything, without Kiroframe. */
const CHECKS = [
  ...["reachable", "experiments", "runs", "address", "login", "store", "bulk histories", "latency", "clock", "account"],
  ...["artifacts", "registry", "estimate", "reachable", "writable", "room", "earlier jobs"],
];

for (const version of ["3.17.2", "2.22.5"] satisfies MlflowVersion[]) {
  Deno.test(`plan says what an export makes, and doctor finds all well: MLflow ${version}`, async () => {
    const baseDir = await Deno.makeTempDir({ prefix: "plans-" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(baseDir, { recursive: true }));
    const server = stack.use(await startRealMlflow(version));
    // More runs than a plan reads.
    seedStore(server.folder, { experiments: 5, runs: 100, metrics: 4, points: 30, params: 3, tags: 2 });
    const flags = ["--tracking-url", server.url, "--base-dir", join(baseDir, "exports")];
    const many = await comparePlan([...flags, "--experiment", "experiment *"]);
    assert.ok(many.sampled_runs < many.runs.exported && !many.points_counted);

    await seedServer(server, 7);
    const odd = await comparePlan(flags);
    assert.ok(odd.models !== null && odd.models > 1);
    const { artifacts } = await comparePlan([...flags, "--experiment", "artifacts", "--download-artifacts"]);
    assert.ok(artifacts !== null && artifacts.files > 5 && artifacts.bytes > 1_000_000);

    const { outcome, checks } = await runJson(["doctor", ...flags]);
    assert.equal(outcome, "done", JSON.stringify(checks));
    assert.deepEqual(checks?.map(({ check }) => check), CHECKS);
    const { found } = checks?.find(({ check }) => check === "estimate") ?? {};
    assert.match(found ?? "", new RegExp(`^${odd.runs.exported} runs, about \\d+ points, about \\d+ s$`));
  });
}
