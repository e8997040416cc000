import assert from "node:assert/strict";
import { searchRows } from "../../../lib/report/page/search.js";

const COLUMNS = [
  { group: "run", name: "Run", kind: "text", values: ["brave fox", "Calm owl", "brave owl", "d"] },
  { group: "run", name: "Status", kind: "text", values: ["FINISHED", "FAILED", "FINISHED", "RUNNING"] },
  { group: "metric", name: "accuracy", kind: "number", values: [0.9, 0.5, "NaN", null] },
  { group: "metric", name: "val loss", kind: "number", values: [1, 2, 3, 4] },
  { group: "param", name: "opt", kind: "text", values: ["adam", "sgd", "adam", null] },
  { group: "param", name: "lr", kind: "number", values: [0.1, 0.01, 0.001, 1] },
];

const CASES: readonly [query: string, rows: number[]][] = [
  ["", [0, 1, 2, 3]],
  ["brave", [0, 2]],
  ["BRAVE owl", [2]],
  ['"calm owl"', [1]],
  ["accuracy > 0.6", [0]],
  ["accuracy>=0.5 accuracy<0.9", [1]],
  ["accuracy = nan", [2]],
  ["accuracy != 0.9", [1, 2]],
  ["status=failed", [1]],
  ["opt=adam lr<=0.01", [2]],
  ["ACCURACY<1", [0, 1]],
  ['"val loss" >= 3', [2, 3]],
  ["accuracy >", [0, 1, 2, 3]],
  ["0.001", [2]],
  ["nothing=1", []],
  ["<script>", []],
  ["!", []],
];

for (const [query, rows] of CASES) {
  Deno.test(`searchRows() finds by ${query === "" ? "nothing" : query}`, () => {
    assert.deepEqual(searchRows(query, COLUMNS, 4), rows);
  });
}
