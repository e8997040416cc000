/** Whatever text MLflow holds, the files give it back: rows through lib/export, CSV and JSON lines through lib/folder. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { BASIC_COLUMNS, basicCells, flatCells, RUN_COLUMNS } from "../../lib/rows/csv.ts";
import { datasetLines } from "../../lib/rows/datasets.ts";
import { runLine } from "../../lib/rows/run.ts";
import { CsvShape } from "../../lib/folder/verify/csv_shape.ts";
import { lineText } from "../rows/line_text.ts";
import { readRowHead } from "../../lib/lines/row_head.ts";
import { csvLine, runsCsv } from "../../lib/folder/runs_csv.ts";
import type { RunRecord } from "../../lib/source/mod.ts";
import { parseCsv } from "../tools/parse_csv.ts";
import { SEED } from "./program.ts";

/** Any text: control characters, quotes, separators, astral characters and halves of pairs. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "\\", "\u2028", "\ud800", "\udc00", "=", "\0", "é", "😀") }),
);

const texts = fc.array(fc.tuple(anyText, anyText), { maxLength: 4 }).map((entries) => new Map(entries));

const anyRecord: fc.Arbitrary<RunRecord> = fc.record({
  id: anyText,
  name: anyText,
  tags: texts,
  params: texts,
  keys: fc.uniqueArray(anyText, { maxLength: 3 }),
  value: fc.double(),
}).map(({ id, name, tags, params, keys, value }) => ({
  experiment: { id, name, artifactLocation: name, lifecycleStage: "active", tags },
  run: {
    id: name,
    experimentId: id,
    status: "FINISHED",
    lifecycleStage: "active",
    startTime: 1,
    endTime: null,
    artifactUri: id,
    tags,
    params,
    metrics: new Map(keys.map((key) => [key, value])),
    datasets: [{ name, digest: id, sourceType: id, source: name, schema: null, profile: name, context: id }],
    modelIds: [],
  },
  histories: new Map(keys.map((key) => [key, [{ step: -1, timestamp: 2, value }]])),
}));

const SETTINGS = { seed: SEED, numRuns: 150 };

Deno.test("a run's line gives back every text, and is one line whose ids can be read from its beginning", async () => {
  await fc.assert(
    fc.asyncProperty(anyRecord, async (record) => {
      const counts = { points: 0, nonFinite: 0, historyErrors: 0 };
      const line = await lineText(runLine(record, { includeSchemaProfile: true, counts }));
      assert.ok(!/[\n\r]/.test(line));
      const row = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new TextEncoder().encode(line)));
      assert.deepEqual(Object.entries(row.tags).sort(), [...record.run.tags].sort());
      assert.deepEqual(Object.entries(row.params).sort(), [...record.run.params].sort());
      assert.deepEqual(Object.keys(row.metrics_history).sort(), [...record.histories.keys()].sort());
      assert.equal(row.experiment_name, record.experiment.name);
      const { experiment_name: experimentName, experiment_id: experimentId, run_id: runId } = row;
      assert.deepEqual(readRowHead(new TextEncoder().encode(line)), { experimentName, experimentId, runId });
      for (const text of datasetLines(record, true)) {
        assert.equal(JSON.parse(text).dataset_name, record.experiment.name);
      }
    }),
    SETTINGS,
  );
});

Deno.test("runs.csv and runs_basic.csv give back every text (a half of a pair as U+FFFD), and verify finds them whole", () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), (records) => {
      const encoded = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));
      const flat = records.map((record) => flatCells(record));
      const csv = encoded([...runsCsv(RUN_COLUMNS, () => flat)].join(""));
      const [header = [], ...rows] = parseCsv(csv);
      assert.equal(rows.length, records.length);
      flat.forEach((cells, i) => {
        const expected = new Map(cells.map(([column, cell]) => [column, cell.toWellFormed()]));
        const names = [...new Set(flat.flatMap((row) => row.map(([column]) => column)))];
        for (const name of names.filter((name) => name.isWellFormed())) {
          assert.equal(rows[i]?.[header.indexOf(name)], expected.get(name) ?? "", name);
        }
      });
      const basic = encoded(csvLine(BASIC_COLUMNS) + records.map((record) => csvLine(basicCells(record))).join(""));
      assert.deepEqual(
        parseCsv(basic).slice(1),
        records.map((record) => basicCells(record).map((cell) => cell.toWellFormed())),
      );
      for (const text of [csv, basic]) {
        const shape = new CsvShape();
        const lines = text.replace(/\n$/, "").split("\n");
        for (const line of lines) shape.addLine(new TextEncoder().encode(line));
        assert.equal(shape.problem(), null);
        assert.equal(shape.records, records.length);
      }
    }),
    SETTINGS,
  );
});
