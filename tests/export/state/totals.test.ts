import assert from "node:assert/strict";
import type { ExportOptions } from "../../../lib/export/exporter.ts";
import type { Selection } from "../../../lib/export/order/experiments.ts";
import { UnreachableError } from "../../../lib/errors.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import type { Run } from "../../../lib/source/mod.ts";
import { dataset, experiment, type FakeWorld, run } from "../../source/fake_source.ts";
import { exportAnew, exportWorld, resume, rowsOf, textsOf, withBase } from "../exports.ts";

const HOUR = 3_600_000;
const NOW = 1_700_000_000_000;

/** Eight runs that ended an hour ago and a new one; then experiments none of whose runs are new; then one without runs. */
function world(): FakeWorld {
  const old = (experimentId: string, i: number): Run =>
    run(`${experimentId}-${i}`, {
      experimentId,
      status: i === 3 ? "FAILED" : "FINISHED",
      startTime: NOW - HOUR - i * 1000,
      endTime: NOW - HOUR + 500,
      metrics: new Map([[`m${i}`, i]]),
      params: new Map([[`p${i}`, ""]]),
      tags: new Map([["kind", "old"], [`t${i}`, ""]]),
      datasets: [dataset(`d${i}`)],
    });
  const fresh = run("2-new", {
    experimentId: "2",
    status: "RUNNING",
    startTime: NOW,
    endTime: null,
    tags: new Map([["kind", "new"]]),
  });
  const olds = (id: string, count: number): Run[] => Array.from({ length: count }, (_, i) => old(id, i));
  return {
    experiments: ["3", "2", "1", "0"].map((id) => experiment(id)),
    runs: [...olds("3", 3), fresh, ...olds("2", 8), ...olds("1", 1)],
  };
}

const SELECTIONS: Readonly<Record<string, Selection>> = {
  "since": { sinceMs: NOW - 1000 },
  "until": { untilMs: NOW - 1000 },
  "filter": { filter: "new" },
  "a filter that selects nothing": { filter: "none" },
};

/** How many of the runs each selection takes, by experiment. */
const SELECTED: Readonly<Record<string, readonly number[]>> = {
  "since": [0, 1, 0, 0],
  "until": [3, 8, 1, 0],
  "filter": [0, 1, 0, 0],
  "a filter that selects nothing": [0, 0, 0, 0],
};

function interrupted(given: FakeWorld, stop: number): FakeWorld {
  let count = 0;
  const beforeRun = (): void => {
    if (count++ === stop) throw new UnreachableError("gone");
  };
  return { ...given, beforeRun };
}

for (const [name, selection] of Object.entries(SELECTIONS)) {
  Deno.test(`exportSource() tells the whole experiment in its row, whatever runs were selected by ${name}`, () =>
    withBase(async (base) => {
      const whole = await textsOf(await exportAnew(base, world()));
      assert.deepEqual(rowsOf(whole["experiments"]).map((row) => row.runs_total), [3, 9, 1, 0]);
      const more: Partial<ExportOptions> = { selection };
      const texts = await textsOf(await exportAnew(base, world(), more));
      assert.equal(texts["experiments"], whole["experiments"]);
      // What was exported is counted by itself.
      const selected = SELECTED[name] ?? [];
      const { experiments_detail: details, runs } = JSON.parse(texts["summary"] ?? "");
      assert.deepEqual(["3", "2", "1", "0"].map((id) => details[id].runs), selected);
      assert.deepEqual([runs, rowsOf(texts["runs"]).length], [selected.reduce((a, b) => a + b), runs]);
    }));

  Deno.test(`exportSource() tells the same when it was interrupted, selecting by ${name}, though runs were added since`, () =>
    withBase(async (base) => {
      const expected = await textsOf(await exportAnew(base, world(), { selection }));
      const count = (SELECTED[name] ?? []).reduce((a, b) => a + b);
      for (let stop = 0; stop < count; stop++) {
        const folder = await ExportFolder.create(base);
        await assert.rejects(exportWorld(folder, interrupted(world(), stop), { selection }), UnreachableError);
        await folder.close();
        const later = world();
        const added = run("0-added", { experimentId: "0", startTime: NOW + 1, tags: new Map([["kind", "other"]]) });
        await resume(folder.path, { ...later, runs: [...later.runs, added] }, {
          selection: { ...selection, untilMs: selection.untilMs ?? NOW + 1 },
        });
        assert.deepEqual(await textsOf(folder.path), expected, `stopped at run ${stop}`);
      }
    }));

  Deno.test(`exportSource() tells the same in the shards of an export, selecting by ${name}`, () =>
    withBase(async (base) => {
      const { experiments = "" } = await textsOf(await exportAnew(base, world(), { selection }));
      const shards: string[] = [];
      for (const index of [1, 2]) {
        const path = await exportAnew(base, world(), { selection, shard: { index, count: 2 } });
        shards.push((await textsOf(path))["experiments"] ?? "");
      }
      assert.deepEqual(shards.flatMap((text) => text.split("\n")).sort(), ["", ...experiments.split("\n")].sort());
    }));
}

Deno.test("exportSource() counts deleted runs in an experiment's row where they are wanted, and lists only once without a selection", () =>
  withBase(async (base) => {
    const asked: unknown[] = [];
    for (const selection of [{ sinceMs: NOW, includeDeleted: true }, { sinceMs: NOW }, { includeDeleted: true }, {}]) {
      const folder = await ExportFolder.create(base);
      const { fakeSource } = await import("../../source/fake_source.ts");
      const source = fakeSource(world());
      const { listedRuns } = source;
      source.listedRuns = (experiments, query = {}) => {
        asked.push([experiments.length, query.includeDeleted, query.sinceMs, query.untilMs, query.filter]);
        return listedRuns(experiments, query);
      };
      await exportWorld(folder, world(), { selection, source });
      await folder.close();
    }
    assert.deepEqual(asked, [[4, true, undefined, undefined, undefined], [
      4,
      undefined,
      undefined,
      undefined,
      undefined,
    ]]);
  }));

Deno.test("exportSource() writes no row of an experiment whose totals could not be counted, and asks for it again", () =>
  withBase(async (base) => {
    const selection = { sinceMs: NOW - 1000 };
    const given: string[] = [];
    const beforeRun = (one: Run): void => void given.push(one.id);
    const path = await exportAnew(base, { ...world(), uncountable: new Set(["2"]), beforeRun }, { selection });
    assert.deepEqual(given, [], "its runs are not asked for");
    const first = await textsOf(path);
    assert.deepEqual(rowsOf(first["experiments"]).map((row) => row.experiment_id), ["3", "1", "0"]);
    assert.deepEqual(rowsOf(first["runs"]), []);
    assert.equal(JSON.parse(first["summary"] ?? "").failed_experiments[0].experiment_id, "2");
    await resume(path, world(), { selection });
    const { experiments, runs } = await textsOf(path);
    const whole = await textsOf(await exportAnew(base, world(), { selection }));
    assert.deepEqual(experiments?.split("\n").sort(), whole["experiments"]?.split("\n").sort());
    assert.equal(runs, whole["runs"]);
  }));
