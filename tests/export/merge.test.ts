import assert from "node:assert/strict";
import { mergeExports } from "../../lib/export/merge.ts";
import type { ExportSummary } from "../../lib/export/state/summary.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { verifyFolder } from "../../lib/folder/verify/mod.ts";
import { experiment, type FakeWorld, run } from "../source/fake_source.ts";
import { exportAnew, resume, rowsOf, textsOf, withBase } from "./exports.ts";

const IDS = ["6", "5", "4", "3", "2", "1"];

function world(): FakeWorld {
  const runs = IDS.flatMap((experimentId) =>
    [0, 1, 2].slice(Number(experimentId) % 3).map((i) =>
      run(`${experimentId}-${i}`, { experimentId, startTime: 1_700_000_000_000 - i + Number(experimentId) })
    )
  );
  return { experiments: IDS.map((id) => experiment(id)), runs };
}

function damaged(...ids: string[]): FakeWorld {
  return { ...world(), unlistable: new Map(ids.map((id) => [id, { after: 1, status: 500 }])) };
}

/** Which experiments each of two shards has: every second one. */
function shard(index: number): { readonly shard: { readonly index: number; readonly count: number } } {
  return { shard: { index, count: 2 } };
}

async function merge(base: string, paths: readonly string[]): Promise<{ path: string; summary: ExportSummary }> {
  const shards = await Promise.all(paths.map((path) => ExportFolder.open(path)));
  const target = await ExportFolder.create(base);
  try {
    return { path: target.path, summary: await mergeExports(shards, target) };
  } finally {
    for (const folder of [...shards, target]) await folder.close();
  }
}

Deno.test("mergeExports() carries on which experiments could not be listed, and what is said of the models", () =>
  withBase(async (base) => {
    const given = { ...damaged("6", "1"), models: undefined };
    const one = await exportAnew(base, given, shard(1));
    const two = await exportAnew(base, given, shard(2));
    const { path, summary } = await merge(base, [one, two]);
    assert.deepEqual(summary.failedExperiments.map(({ id }) => id).sort(), ["1", "6"]);
    assert.deepEqual(rowsOf((await textsOf(path))["experiments"]).map((row) => row.experiment_id), [
      "5",
      "4",
      "3",
      "2",
    ]);
    assert.deepEqual((await verifyFolder(path)).problems, []);
    // Nobody is there to ask: what merge made is left as it is.
    const before = await textsOf(path);
    assert.deepEqual((await resume(path, world())).failedExperiments.map(({ id }) => id).sort(), ["1", "6"]);
    assert.deepEqual(await textsOf(path), before);
  }));

Deno.test("mergeExports() takes rows along that a resumed shard has at its end", () =>
  withBase(async (base) => {
    const one = await exportAnew(base, damaged("6", "5"), shard(1));
    const two = await exportAnew(base, damaged("6", "5"), shard(2));
    for (const [i, path] of [one, two].entries()) await resume(path, world(), shard(i + 1));
    const { path, summary } = await merge(base, [one, two]);
    assert.deepEqual(summary.failedExperiments, []);
    const texts = await textsOf(path);
    const whole = await textsOf(await exportAnew(base, world()));
    assert.equal(texts["runsCsv"], whole["runsCsv"]);
    for (const name of ["experiments", "datasets", "runsBasicCsv", "runs"]) {
      assert.deepEqual(texts[name]?.split("\n").sort(), whole[name]?.split("\n").sort(), name);
    }
    // The rows of one experiment stand together, in the order of experiment_summary.json.
    const runs = rowsOf(texts["runs"]).map((row) => row.experiment_id);
    const experiments = rowsOf(texts["experiments"]).map((row) => row.experiment_id);
    assert.deepEqual(runs, summary.experiments.flatMap(({ id, runs }) => new Array(runs).fill(id)));
    assert.deepEqual(experiments, summary.experiments.map(({ id }) => id));
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));
