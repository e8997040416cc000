import assert from "node:assert/strict";
import fc from "fast-check";
import { basicCells, flatCells } from "../../lib/rows/csv.ts";
import { datasetLines } from "../../lib/rows/datasets.ts";
import { compareCodePoints, ExperimentTally } from "../../lib/rows/tally.ts";
import { modelsJson } from "../../lib/rows/models.ts";
import { dataset, experiment, record, run } from "../source/fake_source.ts";

Deno.test("datasetLines() gives one row a dataset, produced where the context is output", () => {
  const datasets = [dataset("in", { context: "training" }), dataset("out", { context: "output", digest: "ab" })];
  const rows = datasetLines(record(run("a", { datasets })), true).map((line) => JSON.parse(line));
  assert.deepEqual(rows.map((row) => [row.dataset_role, row.dataset_id]), [["used", "in:01234567"], [
    "produced",
    "out:ab",
  ]]);
});

Deno.test("datasetLines() gives a run without datasets one row of nulls, with no role and no id", () => {
  const [line, ...more] = datasetLines(record(run("a")), true);
  assert.equal(more.length, 0);
  const row = JSON.parse(line ?? "");
  assert.equal("dataset_role" in row || "dataset_id" in row, false);
  assert.deepEqual([row.dataset_name, row.dataset_schema, row.run_name], [null, null, null]);
});

Deno.test("datasetLines() leaves schema and profile out when they are not wanted", () => {
  for (const datasets of [[], [dataset("d")]]) {
    const row = JSON.parse(datasetLines(record(run("a", { datasets })), false)[0] ?? "");
    assert.equal("dataset_schema" in row || "dataset_profile" in row, false);
  }
});

Deno.test("ExperimentTally.line() takes note and owner as the reference does: an empty note gives way", () => {
  const tags = new Map([["mlflow.note.content", ""], ["description", "plain"], ["owner", "qa"]]);
  const row = JSON.parse(new ExperimentTally().line(experiment("1", { tags })));
  assert.deepEqual([row.description, row.owner], ["plain", "qa"]);
  assert.equal(JSON.parse(new ExperimentTally().line(experiment("1"))).description, null);
});

Deno.test("ExperimentTally survives a checkpoint: state and from give the same line", () => {
  const tally = new ExperimentTally();
  tally.add(run("a", { startTime: 9223372036854775807n, status: "ODD", metrics: new Map([["b", 1], ["a", 2]]) }));
  tally.add(run("b", { endTime: null, datasets: [dataset("d")], startTime: 5 }));
  const copy = ExperimentTally.from(JSON.parse(JSON.stringify(tally.state())));
  const line = tally.line(experiment("1"));
  assert.equal(copy.line(experiment("1")), line);
  assert.deepEqual(JSON.parse(line).metrics, ["a", "b"]);
  assert.deepEqual(JSON.parse(line).dataset_names, ["d"]);
  assert.equal(JSON.parse(line).status_counts.ODD, 1);
});

Deno.test("compareCodePoints() puts what lies beyond the BMP behind all that does not, as Python does", () => {
  const names = ["a", "z", "\ue000", "\uff21", "\u{1f680}", "\u{1f680}a", "\u{1f681}"];
  assert.deepEqual(names.toReversed().sort(compareCodePoints), names);
});

Deno.test("compareCodePoints() sorts as Python does, whatever the texts hold", () => {
  const point = fc.string({ unit: "binary", maxLength: 6 });
  fc.assert(fc.property(point, point, (left, right) => {
    const a = [...left].map((char) => char.codePointAt(0) ?? 0);
    const b = [...right].map((char) => char.codePointAt(0) ?? 0);
    const first = a.findIndex((code, i) => code !== b[i]);
    const expected = first === -1 ? a.length - b.length : (a[first] ?? 0) - (b[first] ?? -1);
    assert.equal(Math.sign(compareCodePoints(left, right)), Math.sign(expected));
  }));
});

Deno.test("modelsJson() indents as the reference does", () => {
  const version = {
    version: "2",
    currentStage: "None",
    status: "READY",
    runId: null,
    source: "s",
    description: null,
    created: 1,
    lastUpdated: 2,
    tags: new Map([["n", "2"]]),
    aliases: ["champion"],
  };
  const model = { name: 'a "b"', description: "", tags: new Map(), created: 1, lastUpdated: 2, versions: [version] };
  const text = modelsJson([model]);
  assert.equal(text, JSON.stringify(JSON.parse(text), null, 2));
  assert.ok(text.includes('"aliases": [\n          "champion"\n        ]'), text);
  assert.equal(modelsJson([]), "[]");
});

Deno.test("basicCells() leaves absent values empty", () => {
  const cells = basicCells(record(run("a", { endTime: null, datasets: [dataset("x"), dataset("y")] })));
  assert.deepEqual(cells, ["1", "experiment 1", "a", "", "FINISHED", "2023-11-14T22:13:20Z", "", "x;y"]);
});

Deno.test("flatCells() prints metrics as pandas does", () => {
  const metrics = new Map([["nan", NaN], ["inf", -Infinity], ["one", 1], ["tiny", 1e-7]]);
  const cells = new Map(flatCells(record(run("a", { metrics }))));
  assert.deepEqual(["nan", "inf", "one", "tiny"].map((key) => cells.get(`metrics.${key}`)), [
    "",
    "-inf",
    "1.0",
    "1e-07",
  ]);
});
