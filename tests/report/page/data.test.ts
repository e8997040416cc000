import assert from "node:assert/strict";
import { encodeExperiment } from "../../../lib/report/data/columns.ts";
import type { ExperimentFacts, RunTable } from "../../../lib/report/facts/shape.ts";
import { cellText, distinctValues, readExperiment, sortedRows } from "../../../lib/report/page/data.js";

const TABLE: RunTable = {
  ids: ["c", "b", "a"],
  names: ["run 10", "run 9", "run 9"],
  statuses: ["FINISHED", "FAILED", "FINISHED"],
  starts: [Date.UTC(2026, 10, 28, 1), null, Date.UTC(2026, 10, 27)],
  durations: [1500, null, 61_000],
  metrics: new Map<string, (number | string | undefined)[]>([
    ["loss", [0.123456789, undefined, "NaN"]],
    ["largest", [Number.MAX_VALUE, 123_456_789, 1e300]],
  ]),
  params: new Map([["lr", ["0.1", undefined, "1e-3"]], ["opt", ["adam", "0x10", undefined]]]),
};

const EXPERIMENT: ExperimentFacts = {
  id: "1",
  name: "one",
  owner: null,
  description: null,
  lifecycleStage: "active",
  runs: 3,
  statuses: new Map(),
  durations: null,
  firstStartMs: null,
  lastEndMs: null,
  used: [],
  produced: [],
  table: TABLE,
  curves: [{ metric: "loss", bySteps: true, lines: [{ row: 2, xs: [0, 1], ys: [1 / 3, -5e-324] }] }],
  leftOut: [],
};

Deno.test("readExperiment() reads back what encodeExperiment() wrote, metrics before params", () => {
  const { columns, curves, rows } = readExperiment(encodeExperiment(EXPERIMENT, 10_000).json);
  assert.equal(rows, 3);
  assert.deepEqual(columns.map(({ name }) => name), [
    "Run",
    "Status",
    "Start (UTC)",
    "Duration",
    "Run id",
    "loss",
    "largest",
    "lr",
    "opt",
  ]);
  const shown = columns.map((column) => [0, 1, 2].map((row) => cellText(column, row)));
  assert.deepEqual(shown, [
    ["run 10", "run 9", "run 9"],
    ["FINISHED", "FAILED", "FINISHED"],
    ["2026-11-28 01:00:00", "–", "2026-11-27 00:00:00"],
    ["1.5 s", "–", "1 min 01 s"],
    ["c", "b", "a"],
    ["0.12346", "", "NaN"],
    ["1.798e308", "123,456,789", "1.000e300"],
    ["0.1", "", "0.001"],
    ["adam", "0x10", ""],
  ]);
  assert.deepEqual(curves, [{
    metric: "loss",
    bySteps: true,
    lines: [{ row: 2, xs: [0, 1], ys: [0.333333, -5e-324] }],
  }]);
});

Deno.test("encodeExperiment() leaves out the columns that find no room, and counts them", () => {
  const { json, leftOut } = encodeExperiment(EXPERIMENT, 500);
  assert.deepEqual(readExperiment(json).columns.map(({ name }) => name), [
    "Run",
    "Status",
    "Start (UTC)",
    "Duration",
    "Run id",
    "loss",
  ]);
  assert.equal(leftOut, 3);
});

Deno.test("sortedRows() sorts numbers as numbers and names by their numbers, rows without a value last", () => {
  const { columns } = readExperiment(encodeExperiment(EXPERIMENT, 10_000).json);
  const by = (name: string, isDescending: boolean): number[] =>
    sortedRows([0, 1, 2], columns.find((column) => column.name === name)!, isDescending);
  assert.deepEqual([by("Run", false), by("Run", true)], [[1, 2, 0], [0, 1, 2]]);
  assert.deepEqual([by("lr", false), by("lr", true)], [[2, 0, 1], [0, 2, 1]]);
  assert.deepEqual([by("loss", false), by("loss", true)], [[0, 2, 1], [0, 2, 1]]);
});

Deno.test("distinctValues() are in order, and few", () => {
  const column = { group: "param", name: "n", kind: "text", values: ["b10", "b9", null, "b9"] };
  assert.deepEqual(distinctValues(column, 5), ["b9", "b10"]);
  assert.equal(
    distinctValues({ ...column, values: Array.from({ length: 99 }, (_, place) => `${place}`) }, 5).length,
    6,
  );
});
