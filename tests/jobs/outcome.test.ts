import assert from "node:assert/strict";
import { IncompleteError } from "../../lib/errors.ts";
import type { ExportSummary } from "../../lib/export/state/summary.ts";
import { exportFailures, factsOf, failIfIncomplete } from "../../lib/jobs/outcome.ts";

const COMPLETE: ExportSummary = {
  sourceName: "MLflow",
  sourceVersion: "3.17.2",
  experiments: [{ id: "1", name: "one", runs: 2, datasetRows: 2, written: 2 }],
  failedExperiments: [],
  modelsFailure: null,
  runs: 2,
  artifactEntries: 0,
  files: {},
  counts: { points: 0, nonFinite: 0, historyErrors: 0, artifactErrors: 0, takenRuns: 0, runsWithoutModelFiles: 0 },
};

Deno.test("exportFailures() names what is missing, each kind with its count", () => {
  assert.deepEqual(exportFailures(COMPLETE), []);
  const failed = { id: "2", name: "two", status: 500, reason: "damaged" };
  const summary: ExportSummary = {
    ...COMPLETE,
    experiments: [{ id: "1", name: "one", runs: 2, datasetRows: 2, written: 1 }],
    failedExperiments: [failed, { ...failed, id: "3" }],
    modelsFailure: "damaged",
    counts: { points: 0, nonFinite: 0, historyErrors: 1, artifactErrors: 3, takenRuns: 0, runsWithoutModelFiles: 0 },
  };
  assert.deepEqual(exportFailures(summary), [
    "MLflow listed 2 runs of experiment 1 and the files hold 1",
    "the runs of 2 experiments could not be listed",
    "the registered models could not be listed",
    "1 metric history could not be read",
    "artifacts of 3 runs could not be fetched",
  ]);
});

Deno.test("factsOf() tells of all that there is besides runs as summary.json does, without the reasons", () => {
  const summary: ExportSummary = {
    ...COMPLETE,
    extras: {
      traces: { found: 7, exported: 0 },
      logged_models: { found: null, exported: 0, error: "broken" },
      prompts: { found: 2, exported: 2 },
    },
  };
  const { written, missing } = factsOf(summary);
  assert.deepEqual(written?.extras, {
    logged_models: { found: null, exported: 0 },
    prompts: { found: 2, exported: 2 },
    traces: { found: 7, exported: 0 },
  });
  assert.equal(missing?.extras, 1);
  assert.deepEqual(factsOf(COMPLETE).written?.extras, {});
});

Deno.test("failIfIncomplete() throws what ends with 3, and nothing where nothing is missing", () => {
  failIfIncomplete([]);
  assert.throws(
    () => failIfIncomplete(["the runs of 1 experiment could not be listed", "x"]),
    (error) =>
      error instanceof IncompleteError &&
      error.message === "Finished, but the runs of 1 experiment could not be listed, and x",
  );
});
