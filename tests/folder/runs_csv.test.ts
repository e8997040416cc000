import assert from "node:assert/strict";
import fc from "fast-check";
import { type Cells, csvLine, runsCsv } from "../../lib/folder/runs_csv.ts";
import { parseCsv } from "../tools/parse_csv.ts";

Deno.test("csvLine() round-trips any cells", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", "\t", " ", "é", "☃", "=", "'", ";") });
  fc.assert(fc.property(fc.array(cell, { minLength: 2 }), (cells) => {
    assert.deepEqual(parseCsv(csvLine(cells)), [cells]);
  }));
});

Deno.test("runsCsv() puts fixed columns first, then metrics, params and tags as the rows show them", () => {
  const rows: Cells[] = [
    [["run_id", "a"], ["tags.t", "1"], ["metrics.m", "2"]],
    [["run_id", "b"], ["params.p", "3"], ["metrics.n", "4"], ["tags.t", "5"]],
  ];
  assert.equal(
    [...runsCsv(["run_id"], () => rows)].join(""),
    "run_id,metrics.m,metrics.n,params.p,tags.t\na,2,,,1\nb,,4,3,5\n",
  );
});

Deno.test("runsCsv() writes the header alone where there are no runs", () => {
  assert.equal([...runsCsv(["run_id", "status"], () => [])].join(""), "run_id,status\n");
});

Deno.test("runsCsv() writes hundreds of rows, each once and in order", () => {
  const runs: Cells[] = Array.from({ length: 201 }, (_, index) => [["run_id", `${index}`], ["params.p", `${-index}`]]);
  const lines = [...runsCsv(["run_id"], () => runs)].join("").split("\n");
  assert.deepEqual(lines, ["run_id,params.p", ...runs.map((_, index) => `${index},${-index}`), ""]);
});
