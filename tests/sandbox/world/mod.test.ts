import assert from "node:assert/strict";
import { World } from "../../../sandbox/world/mod.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { WorldFiles } from "../../../sandbox/world/files.ts";
import { LoggedSeries } from "../../../sandbox/world/metrics.ts";

Deno.test("LoggedSeries keeps timestamp, step, value, and the latest by step, timestamp, value", () => {
  const series = new LoggedSeries();
  for (const [step, timestamp, value] of [[3, 10, 1], [1, 30, 2], [3, 10, 0.5], [2, 20, 9], [1, 30, 2]] as const) {
    series.log({ step, timestamp, value });
  }
  const points = Array.from({ length: series.length }, (_, index) => series.at(index));
  assert.deepEqual(points.map(({ step, value }) => [step, value]), [[3, 0.5], [3, 1], [2, 9], [1, 2]]);
  assert.deepEqual(series.latest(), { step: 3, timestamp: 10, value: 1 });
});

Deno.test("LoggedSeries clips infinities as SQL stores do, and keeps NaN and steps beyond 2^53", () => {
  const series = new LoggedSeries();
  series.log({ step: 0, timestamp: 1, value: -Infinity });
  series.log({ step: 9007199254740993n, timestamp: 2, value: NaN });
  assert.equal(series.at(0).value, -Number.MAX_VALUE);
  assert.deepEqual(series.latest(), { step: 9007199254740993n, timestamp: 2, value: NaN });
});

Deno.test("World.runsOf() has the newest first, equal times by id, runs without a time last, also after changes", () => {
  const world = new World();
  for (const [id, startTime] of [["d", null], ["c", 5], ["b", 5], ["a", 1]] as const) {
    world.addRun({ id, experimentId: "0", startTime });
  }
  assert.deepEqual(world.runsOf("0").map(({ id }) => id), ["b", "c", "a", "d"]);
  world.addRun({ id: "e", experimentId: "0", startTime: 9 });
  assert.equal(world.runsOf("0")[0]?.id, "e");
});

Deno.test("WorldFiles lists one level by name, and takes bytes and text", () => {
  const files = new WorldFiles();
  files.put("a/z.txt", "ü");
  files.put("a/b/c.bin", new Uint8Array([1, 2]));
  assert.deepEqual(files.list("a").map(({ name, bytes }) => [name, bytes?.byteLength ?? null]), [["b", null], [
    "z.txt",
    2,
  ]]);
  assert.deepEqual([files.get("a/b/c.bin")?.byteLength, files.get("a/b"), files.list("a/z.txt")], [2, null, []]);
});

Deno.test("digitsWorld() holds the recorded trainings with files, logged models, a deleted run and two models", () => {
  const world = digitsWorld();
  const [run] = world.runsOf("1");
  assert.ok(run);
  assert.equal(run.metrics.get("test/accuracy")?.length, 8);
  assert.deepEqual(run.datasets.map(({ name }) => name), ["digits", "digits-test", "digits-predictions"]);
  assert.ok(run.datasets[0]?.schema?.includes("pixel_7_7"));
  assert.deepEqual(world.files.list(`1/${run.id}/artifacts`).map(({ name }) => name), ["notes", "tables"]);
  const model = world.loggedModels.get(run.modelOutputs[0]?.modelId ?? "");
  assert.equal(model?.sourceRunId, run.id);
  assert.equal(world.files.list(`1/models/${model?.id}/artifacts`).length, 3);
  assert.deepEqual([...world.models.keys()], ["digits backup", "digits classifier"]);
  assert.equal([...world.runs.values()].filter(({ lifecycleStage }) => lifecycleStage === "deleted").length, 1);
  assert.notEqual(digitsWorld(), world);
});
