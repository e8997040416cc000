import assert from "node:assert/strict";
import { type DatasetRow, LineageBuilder } from "../../../lib/report/read/lineage.ts";

function row(run: string, dataset: string | null, given: Partial<DatasetRow> = {}): DatasetRow {
  return {
    experiment_id: "1",
    experiment_name: "one",
    run_id: run,
    run_name: `run ${run}`,
    dataset_name: dataset,
    dataset_digest: dataset === null ? null : "0123456789",
    dataset_context: null,
    dataset_role: "used",
    ...given,
  };
}

const MODELS = [{
  name: "m",
  description: null,
  versionsLeftOut: 0,
  versions: [{
    version: "1",
    stage: "",
    status: "",
    aliases: ["best"],
    createdMs: 1,
    run: { id: "c", name: null, experimentId: null },
  }],
}];

Deno.test("LineageBuilder draws runs with the same datasets as one, and the run behind a model by itself", () => {
  const builder = new LineageBuilder(MODELS);
  const rows = [
    row("a", "train"),
    row("a", "out", { dataset_role: "produced", dataset_context: "output" }),
    row("b", "train"),
    row("b", "out", { dataset_role: "produced", dataset_context: "output" }),
    row("c", null),
    row("d", null),
  ];
  for (const one of rows) builder.add(one);
  const { lineage, leftOut } = builder.lineage();
  assert.deepEqual(lineage.sources.map(({ label }) => label), ["train"]);
  assert.deepEqual(lineage.runs.map(({ label, about }) => [label, about]), [["2 runs", "one"], ["run c", "one"]]);
  assert.deepEqual(lineage.results.map(({ label, about }) => [label, about]), [["out", "dataset 01234567"], [
    "m v1",
    "model @best",
  ]]);
  assert.deepEqual(lineage.links.map(({ runs }) => runs), [2, 2, 1]);
  assert.deepEqual(leftOut, []);
  assert.equal(builder.datasets, 2);
  assert.deepEqual(builder.datasetsOf("1", "produced"), [{
    name: "out",
    digest: "01234567",
    contexts: ["output"],
    runs: 2,
  }]);
});

Deno.test("LineageBuilder counts a dataset once for a run that used it twice", () => {
  const builder = new LineageBuilder([]);
  for (const context of ["training", "eval"]) builder.add(row("a", "x", { dataset_context: context }));
  assert.deepEqual(builder.datasetsOf("1", "used"), [{
    name: "x",
    digest: "01234567",
    contexts: ["training", "eval"],
    runs: 1,
  }]);
});

Deno.test("LineageBuilder stays small where every run has datasets of its own, and says so", () => {
  const builder = new LineageBuilder([]);
  for (let index = 0; index < 60_000; index++) builder.add(row(String(index), `data ${index}`));
  const { lineage, leftOut } = builder.lineage();
  assert.equal(lineage.runs.length, 30);
  assert.equal(leftOut.length, 2);
  assert.match(leftOut[0] ?? "", /groups of runs/);
  assert.equal(builder.datasetsLeftOut("1"), 50_000 - 20);
});
