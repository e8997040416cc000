import assert from "node:assert/strict";
import { UnreachableError, UsageError } from "../../../lib/errors.ts";
import { HttpError } from "../../../lib/http/failure/errors.ts";
import type { MlflowFaultAction, MlflowFaultTarget } from "../../../sandbox/mlflow/faults.ts";
import type { ExperimentFailure, Run, RunRecord } from "../../../lib/source/mod.ts";
import type { MlflowVersion } from "../../../sandbox/mlflow/protocol/dialect.ts";
import { generateWorld } from "../../../sandbox/world/generator.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { readWhole, startSource } from "./sandbox_source.ts";

/** Three experiments of two runs each, of which the middle one cannot be listed. */
function damagedWorld(): World {
  const world = generateWorld({ experiments: 3, runs: 6, metrics: 1 });
  world.damaged.set("2", "Metric 'm' is malformed; persisted metric data contained 1 fields.");
  return world;
}

/** Retries after waits that a test can bear. */
const QUICK = { env: { HOME: "/nonexistent", MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.001" } };

Deno.test("MlflowReader tells an experiment whose runs cannot be listed, after three tries, and reads the others", async () => {
  await using started = await startSource({ world: damagedWorld() }, QUICK);
  for (const read of ["runs", "listedRuns"] as const) {
    const before = started.server.requests.filter(({ path }) => path.endsWith("/runs/search")).length;
    const failures: ExperimentFailure[] = [];
    const experiments = await Array.fromAsync(started.source.experiments());
    const query = { onFailure: (failure: ExperimentFailure): void => void failures.push(failure) };
    const found = await Array.fromAsync<Run | RunRecord>(started.source[read](experiments, query));
    const ids = found.map((one) => "run" in one ? one.run.experimentId : one.experimentId);
    assert.deepEqual(ids, ["3", "3", "1", "1"]);
    assert.deepEqual(failures, [{
      experiment: experiments.find(({ id }) => id === "2"),
      status: 500,
      error: "INTERNAL_ERROR: Metric 'm' is malformed; persisted metric data contained 1 fields.",
    }]);
    const asked = started.server.requests.filter(({ path }) => path.endsWith("/runs/search")).length - before;
    assert.equal(asked, 3 + 2);
  }
});

Deno.test("MlflowReader rejects with the failure of one experiment where nobody is told", async () => {
  await using started = await startSource({ world: damagedWorld() }, QUICK);
  await assert.rejects(readWhole(started.source), /status 500: INTERNAL_ERROR: Metric 'm' is malformed/);
});

Deno.test("MlflowReader ends with exit 5 where an experiment cannot be listed, and the server answers nothing else", async () => {
  await using started = await startSource({ world: damagedWorld() }, QUICK);
  const experiments = await Array.fromAsync(started.source.experiments());
  started.server.setFaults([{ action: { kind: "status", status: 500, body: "<html>Internal Server Error</html>" } }]);
  const told: ExperimentFailure[] = [];
  const stream = started.source.runs(experiments, { onFailure: (failure) => told.push(failure) });
  await assert.rejects(Array.fromAsync(stream), UnreachableError);
  assert.deepEqual(told, []);
});

Deno.test("MlflowReader checks a filter on an experiment that can be listed", async () => {
  const world = damagedWorld();
  world.damaged.set("3", "damaged as well");
  await using started = await startSource({ world }, QUICK);
  const experiments = await Array.fromAsync(started.source.experiments());
  await started.source.checkSelection(experiments, { filter: "metrics.m > 0" });
  await assert.rejects(started.source.checkSelection(experiments, { filter: "nonsense" }), UsageError);
  // One try each: the next experiment tells as well.
  assert.equal(started.server.requests.filter(({ path }) => path.endsWith("/runs/search")).length, 2 * 3);
});

for (const version of ["3.17.2", "2.22.5", "1.24.0"] satisfies MlflowVersion[]) {
  Deno.test(`MlflowReader finds every experiment that stays while others are deleted between pages (${version})`, async () => {
    const world = new World();
    for (let i = 0; i < 24; i++) world.addExperiment({ name: `experiment ${i}` });
    await using started = await startSource({ world, version }, { experimentPageSize: 5 });
    const found: string[] = [];
    for await (const { id } of started.source.experiments()) {
      found.push(id);
      // While the first page is worked on, the second not asked for yet.
      if (found.length === 3) world.experiments.delete(found[0] ?? "");
      if (found.length === 12) { for (const gone of found.slice(1, 7)) world.experiments.delete(gone); }
    }
    assert.deepEqual([...world.experiments.keys()].filter((id) => !found.includes(id)), []);
    assert.equal(new Set(found).size, found.length);
  });
}

Deno.test("MlflowReader ends with exit 5 where models or artifacts cannot be listed, and the server answers nothing else", async () => {
  await using started = await startSource({ world: generateWorld({ runs: 1, models: 1, files: 1 }) }, QUICK);
  const [record] = await readWhole(started.source);
  assert.ok(record !== undefined);
  const [file] = await started.source.artifacts(record.run);
  const crash: MlflowFaultAction = { kind: "status", status: 500, body: "<html>Internal Server Error</html>" };
  const calls = [
    (): Promise<unknown> => started.source.models(),
    (): Promise<unknown> => started.source.artifacts(record.run),
    (): Promise<unknown> => file?.open(0) ?? Promise.resolve(),
  ];
  const isControl = ({ path }: MlflowFaultTarget): boolean => path.endsWith("/experiments/search");
  for (const call of calls) {
    started.server.setFaults([{ match: (target) => !isControl(target), action: crash }]);
    await assert.rejects(call(), (error) => error instanceof HttpError && error.status === 500);
    started.server.setFaults([{ action: crash }]);
    await assert.rejects(call(), UnreachableError);
  }
});

Deno.test("MlflowReader finds every model and version that stays while others are deleted, or changed, between pages", async () => {
  const world = new World();
  const names = Array.from({ length: 1_200 }, (_, i) => `model ${String(i).padStart(4, "0")}`);
  for (const name of names) {
    const model = world.addModel({ name });
    for (let i = 0; i < 5; i++) world.addModelVersion(model, { source: "s3://x" });
  }
  await using started = await startSource({ world }, QUICK);
  const changed = world.models.get("model 0001")?.versions[0];
  started.server.setFaults([{
    match({ path, query }): boolean {
      if (!query.has("page_token")) return false;
      if (path.endsWith("registered-models/search")) world.models.delete("model 0003");
      // In MLflow's own order it would come first now, on a page that was read already.
      if (path.endsWith("model-versions/search") && changed !== undefined) changed.lastUpdatedTimestamp = world.now();
      return false;
    },
    action: { kind: "reset" },
  }]);
  const models = await started.source.models();
  const stay = names.filter((name) => name !== "model 0003");
  assert.deepEqual(models.map(({ name }) => name).filter((name) => name !== "model 0003"), stay);
  for (const { name, versions } of models) if (name !== "model 0003") assert.equal(versions.length, 5, name);
});
