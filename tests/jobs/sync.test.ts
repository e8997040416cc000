import assert from "node:assert/strict";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { LAYOUT } from "../../lib/folder/layout.ts";
import { runSync } from "../../lib/jobs/sync.ts";
import { runVerify } from "../../lib/jobs/verify.ts";
import { World } from "../../sandbox/world/mod.ts";
import { changeOneThing, randomOf, smallWorld } from "./changes.ts";
import { filesOf, Lab } from "./sync_lab.ts";

Deno.test("runSync() writes after hundreds of random changes what a full export of the same moment writes", async () => {
  const world = smallWorld();
  await using lab = await Lab.open(world);
  const random = randomOf(20261128);
  const changes: string[] = [];
  let taken = 0;
  for (let round = 0; round < 24; round++) {
    for (let i = random(20); i >= 0; i--) changes.push(changeOneThing(world, random));
    const { folderPath, summary } = await lab.sync();
    taken += summary.counts.takenRuns;
    assert.deepEqual(await filesOf(folderPath), await lab.whole(), `round ${round}: ${changes.slice(-20).join(", ")}`);
  }
  assert.ok(changes.length > 200 && new Set(changes).size === 17, `${changes.length} changes`);
  assert.ok(taken > 80, `only ${taken} runs were taken over`);
});

Deno.test("runSync() asks for no history of a run that is as it was, and for those of one that is not", async () => {
  await using lab = await Lab.open(smallWorld());
  await lab.sync();
  assert.ok(lab.historyCalls() > 0);
  const second = await lab.sync();
  assert.equal(lab.historyCalls(), 0);
  assert.equal(second.summary.counts.takenRuns, 12);
  const run = [...lab.world.runs.values()][4];
  assert.ok(run !== undefined);
  run.endTime = Number(run.endTime) + 1;
  const third = await lab.sync();
  assert.deepEqual([lab.historyCalls(), third.summary.counts.takenRuns], [1, 11]);
});

Deno.test("runSync() sends only what changed", async () => {
  await using lab = await Lab.open(smallWorld());
  await lab.sync();
  const first = lab.kiroframe.requestCount;
  await lab.sync();
  assert.equal(lab.kiroframe.requestCount, first);
  lab.world.addRun({ experimentId: "0" });
  await lab.sync();
  // The new run, and its experiment's row.
  assert.equal(lab.kiroframe.requestCount, first + 2);
  assert.deepEqual(lab.kiroframe.violations, []);
});

Deno.test("runSync() lists what was sent once and is gone now, but not what a selection leaves out", async () => {
  const world = smallWorld();
  await using lab = await Lab.open(world);
  await lab.sync();
  const [run] = world.runs.values();
  const [, second] = world.experiments.values();
  assert.ok(run !== undefined && second !== undefined && run.experimentId === "0");
  run.lifecycleStage = "deleted";
  second.lifecycleStage = "deleted";
  const inSecond = world.runsOf(second.id).map(({ id }) => id);
  for (let i = 0; i < 2; i++) {
    const { folderPath } = await lab.sync();
    const gone = JSON.parse(await readFile(join(folderPath, LAYOUT.summary), "utf8")).import.deleted_in_source;
    assert.deepEqual(gone, { experiments: [second.id], runs: [run.id, ...inSecond].sort() });
  }
  assert.equal(lab.log.filter((line) => /^Deleted in the source .* 1 experiment and 7 runs/.test(line)).length, 2);
  const job = lab.job();
  const later = { ...job, export: { ...job.export, rows: { ...job.export.rows, sinceMs: Date.now() } } };
  const { folderPath } = await runSync(later, lab.context);
  assert.equal(
    JSON.parse(await readFile(join(folderPath, LAYOUT.summary), "utf8")).import.deleted_in_source,
    undefined,
  );
  run.lifecycleStage = "active";
  second.lifecycleStage = "active";
  const back = await lab.sync();
  const { import: sent } = JSON.parse(await readFile(join(back.folderPath, LAYOUT.summary), "utf8"));
  assert.deepEqual(sent.deleted_in_source, { experiments: [], runs: [] });
});

Deno.test("runSync() does not take for gone what could not be listed, and has all of it when it can be", async () => {
  const world = smallWorld();
  await using lab = await Lab.open(world);
  await lab.sync();
  const [, second] = world.experiments.values();
  assert.ok(second !== undefined);
  world.damaged.set(second.id, "damaged");
  const { folderPath, failures } = await lab.sync();
  assert.deepEqual(failures, ["the runs of 1 experiment could not be listed"]);
  const { import: sent } = JSON.parse(await readFile(join(folderPath, LAYOUT.summary), "utf8"));
  assert.equal(sent.deleted_in_source, undefined);
  assert.ok(!lab.log.some((line) => line.startsWith("Deleted in the source")));
  world.damaged.clear();
  const mended = await lab.sync();
  assert.deepEqual(mended.failures, []);
  assert.deepEqual(await filesOf(mended.folderPath), await lab.whole());
});

Deno.test("runSync() links the artifacts of unchanged runs, and fetches those of others and what was lost", async () => {
  const world = smallWorld();
  for (const { id, experimentId } of world.runs.values()) {
    world.files.put(`${experimentId}/${id}/artifacts/model/weights.bin`, `of ${id}`);
  }
  await using lab = await Lab.open(world);
  const job = lab.job();
  const withArtifacts = { ...job, export: { ...job.export, rows: { ...job.export.rows, downloadArtifacts: true } } };
  const fetched = (): number => lab.mlflow.requests.filter(({ path }) => path.includes("get-artifact")).length;
  const first = await runSync(withArtifacts, lab.context);
  const before = fetched();
  assert.equal(before, 12);
  const second = await runSync(withArtifacts, lab.context);
  assert.equal(fetched(), before);
  const ids = [...world.runs.keys()];
  const fileOf = (folder: string, id = ""): string => join(folder, "artifacts", id, "model", "weights.bin");
  for (const id of ids) assert.equal(await readFile(fileOf(second.folderPath, id), "utf8"), `of ${id}`);
  assert.equal((await stat(fileOf(second.folderPath, ids[0]))).ino, (await stat(fileOf(first.folderPath, ids[0]))).ino);
  assert.deepEqual((await runVerify(second.folderPath)).problems, []);
  await rm(fileOf(second.folderPath, ids[3]));
  const [, changed] = world.runs.values();
  assert.ok(changed !== undefined);
  changed.endTime = Number(changed.endTime) + 1;
  const third = await runSync(withArtifacts, lab.context);
  assert.equal(fetched(), before + 2);
  assert.deepEqual((await runVerify(third.folderPath)).problems, []);
});

Deno.test("runSync() lists an experiment in one call, and asks for what changed in as few as a full export would", async () => {
  const world = new World();
  for (const name of ["one", "two", "three"]) {
    const { id: experimentId } = world.addExperiment({ name });
    for (let i = 0; i < 400; i++) {
      const run = world.addRun({ experimentId, status: "FINISHED", endTime: world.now() });
      world.logMetric(run, "m", { step: 0, timestamp: world.now(), value: i });
    }
  }
  await using lab = await Lab.open(world);
  await lab.sync();
  lab.historyCalls();
  for (const [index, run] of [...world.runs.values()].entries()) if (index % 150 === 0) run.status = "KILLED";
  const before = lab.mlflow.requests.length;
  const { summary } = await lab.sync();
  const searches = lab.mlflow.requests.slice(before).filter(({ path }) => path.endsWith("runs/search"));
  assert.deepEqual([searches.length, lab.historyCalls(), summary.counts.takenRuns], [4, 1, 1_192]);
});
