/** One experiment that MLflow cannot list, by the whole program: the others are exported and sent, that one is recorded. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { MlflowFault } from "../../sandbox/mlflow/faults.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { QUICK, runHere, temporaryFolder } from "./program.ts";
import { assertHeld, assertSameRows, filesOf, flagsFor, heldBy } from "./truth.ts";

const WORDS = "Metric 'm' is malformed; persisted metric data contained 1 fields. Expected 2 or 3 fields.";

function world(): ReturnType<typeof generateWorld> {
  return generateWorld({ experiments: 3, runs: 9, metrics: 2, points: 4, files: 1, models: 2 });
}

// deno-lint-ignore no-explicit-any
async function jsonOf(folder: string, name: string): Promise<any> {
  return JSON.parse(await Deno.readTextFile(join(folder, name)));
}

async function whole(): Promise<{ readonly files: Record<string, string>; readonly held: unknown }> {
  await using mlflow = await startMlflowSandbox({ world: world() });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  assert.equal((await runHere(flagsFor(folder.path, mlflow, kiroframe))).exitCode, 0);
  return { files: await filesOf(await folder.exported()), held: heldBy(kiroframe) };
}

Deno.test("a damaged experiment is recorded (exit 3), nothing of it is sent, and --resume brings it when it is mended", async () => {
  await using mlflow = await startMlflowSandbox({ world: world() });
  await using kiroframe = await startKiroframeSandbox();
  await using base = await temporaryFolder();
  mlflow.world.damaged.set("2", WORDS);
  const flags = flagsFor(base.path, mlflow, kiroframe);
  const first = await runHere(flags);
  assert.equal(first.exitCode, 3, first.stderr);
  assert.match(first.stderr, /^ERROR: Finished, but the runs of 1 experiment could not be listed\n/);
  const folder = await base.exported();
  const { failed_experiments: failed, experiments } = await jsonOf(folder, "summary.json");
  assert.equal(experiments, 3);
  assert.deepEqual(
    failed.map(({ experiment_id: id, status, reason }: Record<string, unknown>) => [id, status, reason]),
    [["2", 500, `INTERNAL_ERROR: ${WORDS}`]],
  );
  const log = await Deno.readTextFile(join(folder, "export.log"));
  const name = mlflow.world.experiments.get("2")?.name;
  const said = `Cannot list the runs of experiment 2 "${name}" (status 500): INTERNAL_ERROR: ${WORDS}; it is left out`;
  assert.ok(log.includes(said), log);
  assert.deepEqual([...kiroframe.experiments.keys()].sort(), ["0", "1", "3"]);
  assert.deepEqual([...kiroframe.runs.values()].filter(({ experimentId }) => experimentId === "2"), []);
  assert.equal((await runHere(["verify", folder])).exitCode, 0);

  const still = await runHere([...flags, "--resume", folder]);
  assert.equal(still.exitCode, 3, still.stderr);
  mlflow.world.damaged.clear();
  const mended = await runHere([...flags, "--resume", folder]);
  assert.equal(mended.exitCode, 0, mended.stderr);
  const { files, held } = await whole();
  await assertSameRows(folder, files);
  assertHeld(kiroframe, held);
  assert.ok([...kiroframe.runs.values()].every(({ imports }) => imports === 1), "a run was sent twice");
});

Deno.test("a damaged experiment is recorded where runs are filtered and shards are made", async () => {
  await using mlflow = await startMlflowSandbox({ world: world() });
  await using kiroframe = await startKiroframeSandbox();
  // The newest: the one that a filter would be tried on.
  mlflow.world.damaged.set("3", WORDS);
  const cases = [["--run-filter", "attributes.status = 'FINISHED'"], ["--since", "2020-01-01"], ["--shard", "1/1"]];
  for (const more of cases) {
    await using base = await temporaryFolder();
    const outcome = await runHere([...flagsFor(base.path, mlflow, kiroframe), ...more]);
    assert.equal(outcome.exitCode, 3, outcome.stderr);
    const { failed_experiments: failed, experiments } = await jsonOf(await base.exported(), "summary.json");
    assert.deepEqual([failed.map((one: Record<string, unknown>) => one["experiment_id"]), experiments], [["3"], 3]);
  }
});

Deno.test("experiments that all fail alike are the server's failure: exit 5, and --resume goes on", async () => {
  await using mlflow = await startMlflowSandbox({ world: world() });
  await using kiroframe = await startKiroframeSandbox();
  await using base = await temporaryFolder();
  for (const id of ["0", "1", "2", "3"]) mlflow.world.damaged.set(id, WORDS);
  const flags = flagsFor(base.path, mlflow, kiroframe);
  const broken = await runHere(flags);
  assert.equal(broken.exitCode, 5, broken.stderr);
  assert.match(broken.stderr, /^ERROR: MLflow can list the runs of none of 4 experiments: INTERNAL_ERROR: Metric 'm'/);
  assert.equal(kiroframe.requestCount, 0);
  mlflow.world.damaged.clear();
  const mended = await runHere([...flags, "--resume", await base.exported()]);
  assert.equal(mended.exitCode, 0, mended.stderr);
  assertHeld(kiroframe, (await whole()).held);
});

Deno.test("the only experiment that was asked for may be damaged (exit 3), of several it is the server (exit 5); --resume goes on", async () => {
  await using mlflow = await startMlflowSandbox({ world: world() });
  await using kiroframe = await startKiroframeSandbox();
  const named = ["1", "2"].flatMap((id) => ["--experiment", mlflow.world.experiments.get(id)?.name ?? ""]);
  for (
    const [more, exitCode, words] of [
      [named.slice(2), 3, /ERROR: Finished, but the runs of 1 experiment could not be listed/],
      [named, 5, /ERROR: MLflow can list the runs of none of 2 experiments/],
    ] as const
  ) {
    await using base = await temporaryFolder();
    for (const id of ["0", "1", "2", "3"]) mlflow.world.damaged.set(id, WORDS);
    const flags = [...flagsFor(base.path, mlflow, kiroframe), ...more];
    const broken = await runHere(flags);
    assert.equal(broken.exitCode, exitCode, broken.stderr);
    assert.match(broken.stderr, words);
    mlflow.world.damaged.clear();
    const mended = await runHere([...flags, "--resume", await base.exported()]);
    assert.equal(mended.exitCode, 0, mended.stderr);
  }
});

/** What each answer costs, whatever was asked for. */
const ANSWERS: readonly (readonly [status: number, exitCode: number])[] = [[403, 3], [500, 3], [401, 4], [503, 5]];

for (const [status, exitCode] of ANSWERS) {
  // Artifacts are refused where the API takes the same login: then it is they that are closed, not the account.
  const ofArtifacts = status === 401 ? [] : ["artifacts/list", "get-artifact|mlflow-artifacts"];
  for (const what of ["get-history", "registered-models/search", ...ofArtifacts]) {
    Deno.test(`${status} for ever to ${what} ends with ${exitCode}, whatever numbers stand in the answer`, async () => {
      await using mlflow = await startMlflowSandbox({ world: world() });
      await using kiroframe = await startKiroframeSandbox();
      await using base = await temporaryFolder();
      const fault: MlflowFault = {
        match: ({ path }) => new RegExp(what).test(path),
        action: { kind: "status", status, body: "run 401401 503" },
      };
      mlflow.setFaults([fault]);
      const env = { ...QUICK, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2" };
      const outcome = await runHere(flagsFor(base.path, mlflow, kiroframe), { env });
      assert.equal(outcome.exitCode, exitCode, outcome.stderr);
    });
  }
}
