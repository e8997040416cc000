import assert from "node:assert/strict";
import { generatedRunId, generateWorld } from "../../../sandbox/world/generator.ts";

Deno.test("generateWorld() makes what was asked for, dealt to the experiments in turn", () => {
  const world = generateWorld({
    experiments: 3,
    runs: 10,
    metrics: 4,
    points: 6,
    params: 5,
    tags: 2,
    datasets: 2,
    files: 1,
    models: 2,
  });
  assert.deepEqual(["0", "1", "2", "3"].map((id) => world.runsOf(id).length), [0, 4, 3, 3]);
  const run = world.runsOf("1")[0];
  assert.ok(run);
  assert.deepEqual([...run.metrics.keys()], ["metric_0", "metric_1", "metric_2", "metric_3"]);
  assert.deepEqual([run.metrics.get("metric_0")?.length, run.params.size, run.tags.size, run.datasets.length], [
    6,
    5,
    3,
    2,
  ]);
  assert.equal(world.files.list(`1/${run.id}/artifacts/notes`).length, 1);
  assert.equal(world.models.get("model 1")?.versions.length, 2);
});

Deno.test("generateWorld() is the same for the same options, and another for another seed", () => {
  const values = (seed: number): string => {
    const world = generateWorld({ runs: 3, seed });
    return JSON.stringify(
      world.runsOf("1").map((run) => [run.id, run.metrics.get("metric_1")?.at(2), [...run.params]]),
    );
  };
  assert.equal(values(1), values(1));
  assert.notEqual(values(1), values(2));
  assert.notEqual(generatedRunId(0, 1), generatedRunId(0, 2));
});

Deno.test("generateWorld() gives no two runs one id, and points in the order the server keeps", () => {
  const world = generateWorld({ runs: 5000, metrics: 1, points: 3 });
  assert.equal(world.runs.size, 5000);
  for (const run of world.runsOf("1").slice(0, 50)) {
    const series = run.metrics.get("metric_0");
    assert.deepEqual(series?.latest(), series?.at(2));
    assert.ok((series?.at(0).timestamp ?? 0) < (series?.at(1).timestamp ?? 0));
  }
});

Deno.test("a generated run can be deleted and end otherwise, but not be logged to", () => {
  const world = generateWorld({ runs: 2 });
  const run = world.runsOf("1")[0];
  assert.ok(run);
  world.deleteRun(run.id);
  assert.equal(world.runs.get(run.id)?.lifecycleStage, "deleted");
});
