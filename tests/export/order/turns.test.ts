import assert from "node:assert/strict";
import { exitCodeOf, messageOf, UnreachableError } from "../../../lib/errors.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { verifyFolder } from "../../../lib/folder/verify/mod.ts";
import { finishedExport } from "../../../lib/export/state/finished.ts";
import type { Logger } from "../../../lib/logger.ts";
import { dataset, experiment, type FakeWorld, run } from "../../source/fake_source.ts";
import { exportAnew, exportWorld, resume, rowsOf, textsOf, withBase } from "../exports.ts";

const IDS = ["5", "4", "3", "2", "1"];

/** Five experiments; all but the fourth have runs. */
function world(): FakeWorld {
  const runs = IDS.filter((id) => id !== "2").flatMap((experimentId) =>
    Array.from({ length: 4 }, (_, i) =>
      run(`${experimentId}-${i}`, {
        experimentId,
        startTime: 1_700_000_000_000 - i * 1000 + Number(experimentId),
        metrics: new Map([["m", NaN]]),
        params: new Map([[`only-${experimentId}`, "1"]]),
        datasets: i === 0 ? [dataset("a"), dataset("b")] : [],
      }))
  );
  return { experiments: IDS.map((id) => experiment(id)), runs };
}

/** The same where experiments cannot be listed, each after so many of its runs. */
function damaged(after: Readonly<Record<string, number>>, status: number | null = 500): FakeWorld {
  return {
    ...world(),
    unlistable: new Map(Object.entries(after).map(([id, count]) => [id, { after: count, status }])),
  };
}

/** The world without an experiment and its runs. */
function without(...ids: string[]): FakeWorld {
  const { experiments, runs } = world();
  return {
    experiments: experiments.filter(({ id }) => !ids.includes(id)),
    runs: runs.filter(({ experimentId }) => !ids.includes(experimentId)),
  };
}

function lines(text: string | undefined): string[] {
  return (text ?? "").split("\n").sort();
}

for (const after of [0, 1, 4]) {
  Deno.test(`exportSource() leaves out an experiment that cannot be listed after ${after} runs, and all that was written of it`, () =>
    withBase(async (base) => {
      const logged: string[] = [];
      const logger: Logger = {
        debug(): void {},
        info(): void {},
        warn(): void {},
        error: (message) => logged.push(message),
      };
      const more = { logger, redact: (text: string) => text.replace("damaged", "***") };
      const path = await exportAnew(base, damaged({ 4: after }), more);
      const { summary, ...files } = await textsOf(path);
      const { summary: expected, ...others } = await textsOf(await exportAnew(base, without("4")));
      assert.deepEqual(files, others);
      const { failed_experiments: failed, ...counts } = JSON.parse(summary ?? "");
      assert.deepEqual(counts, JSON.parse(expected ?? ""));
      assert.deepEqual(failed, [{ experiment_id: "4", experiment_name: "experiment 4", status: 500, reason: "***" }]);
      assert.equal(Object.keys(JSON.parse(summary ?? "")).at(-1), "failed_experiments");
      assert.deepEqual(logged, [
        'Cannot list the runs of experiment 4 "experiment 4" (status 500): ***; it is left out, and asked for again by --resume',
      ]);
      assert.deepEqual((await verifyFolder(path)).problems, []);
    }));
}

Deno.test("exportSource() bears several that cannot be listed, first, last and beside each other", () =>
  withBase(async (base) => {
    const { summary, ...files } = await textsOf(await exportAnew(base, damaged({ 5: 2, 4: 0, 2: 0, 1: 3 })));
    const { summary: _, ...others } = await textsOf(await exportAnew(base, without("5", "4", "2", "1")));
    assert.deepEqual(files, others);
    const failed = JSON.parse(summary ?? "").failed_experiments;
    assert.deepEqual(failed.map((one: { experiment_id: string }) => one.experiment_id), ["5", "4", "2", "1"]);
  }));

Deno.test("exportSource() asks again on --resume for what could not be listed, and adds its rows at the end", () =>
  withBase(async (base) => {
    const path = await exportAnew(base, damaged({ 5: 2, 2: 0 }));
    // Still damaged: nothing changes.
    const before = await textsOf(path);
    const again = await resume(path, damaged({ 5: 3, 2: 0 }));
    assert.deepEqual(again.failedExperiments.map(({ id }) => id), ["5", "2"]);
    assert.deepEqual(await textsOf(path), before);
    // One of them mended.
    assert.deepEqual((await resume(path, damaged({ 5: 1 }))).failedExperiments.map(({ id }) => id), ["5"]);
    const summary = await resume(path, world());
    assert.deepEqual(summary.failedExperiments, []);
    assert.deepEqual(summary.experiments.map(({ id, runs, written }) => [id, runs, written]), [
      ["4", 4, 4],
      ["3", 4, 4],
      ["1", 4, 4],
      ["2", 0, 0],
      ["5", 4, 4],
    ]);
    const files = await textsOf(path);
    const whole = await textsOf(await exportAnew(base, world()));
    assert.equal(files["runsCsv"], whole["runsCsv"]);
    for (const name of ["experiments", "datasets", "runsBasicCsv", "runs", "manifest"]) {
      assert.deepEqual(lines(files[name]), lines(whole[name]), name);
    }
    assert.deepEqual(rowsOf(files["experiments"]).map((row) => row.experiment_id), ["4", "3", "1", "2", "5"]);
    assert.ok(!(files["summary"] ?? "").includes("failed_experiments"));
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() gives the same files wherever it is interrupted, while it asks again too", () =>
  withBase(async (base) => {
    const expected = await exportAnew(base, damaged({ 4: 2 }));
    await resume(expected, world());
    const files = await textsOf(expected);
    for (let stop = 0; stop < 14; stop++) {
      const folder = await ExportFolder.create(base);
      await assert.rejects(exportWorld(folder, interrupted(damaged({ 4: 2 }), stop)), UnreachableError);
      await folder.close();
      await resume(folder.path, damaged({ 4: 2 }));
      await markEnded(folder.path);
      assert.equal(await isFinished(folder.path), true);
      for (const again of [0, 1, 1, 1]) {
        await assert.rejects(resume(folder.path, interrupted(world(), again)), UnreachableError);
        // A folder that takes rows again has not ended.
        assert.equal(await isFinished(folder.path), again === 0);
      }
      await resume(folder.path, world());
      assert.deepEqual(await textsOf(folder.path), files, `stopped at run ${stop}`);
    }
  }));

function interrupted(given: FakeWorld, stop: number): FakeWorld {
  let count = 0;
  const beforeRun = (): void => {
    if (count++ === stop) throw new UnreachableError("gone");
  };
  return { ...given, beforeRun };
}

/** What a job does when nothing is left to do for now. */
async function markEnded(path: string): Promise<void> {
  const folder = await ExportFolder.open(path);
  folder.state.keep("ended", true);
  await folder.close();
}

async function isFinished(path: string): Promise<boolean> {
  const folder = await ExportFolder.open(path);
  try {
    const isFinished = finishedExport(folder) !== null;
    assert.equal(folder.state.kept("ended") === true, isFinished, "--resume auto goes by it");
    return isFinished;
  } finally {
    await folder.close();
  }
}

Deno.test("exportSource() takes it for the server where no experiment can be listed: exit 5, or 4 where all are refused", () =>
  withBase(async (base) => {
    const all = Object.fromEntries(IDS.map((id) => [id, 0]));
    const cases: [number | null, number][] = [[500, 5], [403, 4], [null, 1], [400, 1]];
    for (const [status, exitCode] of cases) {
      const folder = await ExportFolder.create(base);
      await assert.rejects(exportWorld(folder, damaged(all, status)), (error) => {
        assert.equal(messageOf(error), "MLflow can list the runs of none of 5 experiments: damaged");
        return exitCodeOf(error) === exitCode;
      });
      await folder.close();
      // It goes on like any other.
      await resume(folder.path, world());
      const { summary: _, ...files } = await textsOf(folder.path);
      const { summary: __, ...whole } = await textsOf(await exportAnew(base, world()));
      assert.deepEqual(files, whole);
    }
  }));

Deno.test("exportSource() counts what is taken back in no total", () =>
  withBase(async (base) => {
    const path = await exportAnew(base, damaged({ 3: 4 }));
    const { metric_points: points, non_finite_values: nonFinite } = JSON.parse((await textsOf(path))["summary"] ?? "");
    assert.deepEqual([points, nonFinite], [12, 24]);
  }));
