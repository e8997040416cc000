import assert from "node:assert/strict";
import { ExportProgress } from "../../../lib/export/state/progress.ts";
import type { FolderState } from "../../../lib/folder/state.ts";
import { experiment, run } from "../../source/fake_source.ts";

const ALL = ["4", "3", "2", "1"].map((id) => experiment(id));
const MARK = { lengths: { "runs.json": 7 }, run: 1, entry: 0 };

/** The progress that a checkpoint gives back. */
function kept(progress: unknown): ExportProgress {
  const checkpoint = { lengths: {}, progress: JSON.parse(JSON.stringify(progress)) };
  return ExportProgress.of({ checkpoint: () => checkpoint } as unknown as FolderState);
}

function fresh(): ExportProgress {
  return ExportProgress.of({ checkpoint: () => undefined } as unknown as FolderState);
}

function queued(progress: ExportProgress): string[] {
  return progress.queue(ALL).map(({ id }) => id);
}

function failure(id: string): { id: string; name: string; status: number; reason: string } {
  return { id, name: `experiment ${id}`, status: 500, reason: "damaged" };
}

Deno.test("ExportProgress.queue() begins with the experiment that is half written, and ends with those that failed", () => {
  const progress = fresh();
  assert.deepEqual(queued(progress), ["4", "3", "2", "1"]);
  progress.begin(MARK);
  progress.fail(failure("4"));
  progress.finish(experiment("3"));
  assert.deepEqual(queued(kept(progress.state())), ["2", "1", "4"]);
  progress.begin(MARK);
  progress.add(run("a", { experimentId: "1" }));
  assert.deepEqual(queued(kept(progress.state())), ["1", "2", "4"]);
  progress.finish(experiment("1"));
  progress.finish(experiment("2"));
  progress.begin(MARK);
  progress.add(run("b", { experimentId: "4" }));
  assert.deepEqual(queued(kept(progress.state())), ["4"]);
  assert.deepEqual(progress.failed.map(({ id }) => id), ["4"]);
  progress.finish(experiment("4"));
  assert.deepEqual([progress.failed, queued(progress)], [[], []]);
});

Deno.test("ExportProgress.fail() gives back where the experiment's rows began, with what was counted there", () => {
  const progress = fresh();
  progress.counts.points = 5;
  progress.begin(MARK);
  progress.counts.points = 9;
  progress.add(run("a", { experimentId: "4" }));
  // Nothing begins in the middle of an experiment.
  progress.begin({ ...MARK, run: 2 });
  const resumed = kept(progress.state());
  assert.deepEqual(resumed.fail(failure("4")), MARK);
  assert.equal(resumed.counts.points, 5);
  assert.equal(resumed.behind(ALL[1])(run("b", { experimentId: "3" })), false);
  assert.equal(JSON.parse(resumed.finish(experiment("3"))).runs_total, 0);
});

Deno.test("ExportProgress goes on from a checkpoint of version 0.1.0, which knew no failures", () => {
  const finished = [{ id: "4", name: "experiment 4", runs: 1, datasetRows: 1 }];
  const { tally } = fresh().state() as { tally: unknown };
  const counts = { points: 1, nonFinite: 0, historyErrors: 0, artifactErrors: 0 };
  const old = { finished, tally, last: { startTime: "1700000000000", runId: "m" }, counts };
  const progress = kept(old);
  assert.deepEqual(queued(progress), ["3", "2", "1"]);
  assert.equal(progress.behind(ALL[1])(run("a", { experimentId: "3" })), true);
  // Where the rows of the half-written experiment began is not known.
  progress.begin(MARK);
  assert.equal(progress.fail(failure("3")), undefined);
});
