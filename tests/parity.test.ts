/**
 * The same server, the same rows: what the reference wrote and sent for two recorded servers against what this program does with them.
 * Each fault of the reference that is not kept has its own assertion.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseJson } from "../lib/json/exact.ts";
import { worldFromExchanges } from "../sandbox/world/exchanges.ts";
import { Lab, runProgram } from "./cli/run_program.ts";
import { parseCsv } from "./tools/parse_csv.ts";

for (const version of ["3.17.2", "2.22.5"] as const) {
  Deno.test(`the program writes and sends what the reference did for MLflow ${version}`, async (t) => {
    const fixture = (name: string): string =>
      readFileSync(new URL(`fixtures/reference/mlflow-${version}/${name}`, import.meta.url), "utf8");
    const lines = (text: string): string[] => text.trimEnd().split("\n");
    const exchanges = lines(fixture("http.jsonl")).map((line) => JSON.parse(line));
    const world = worldFromExchanges(exchanges.map((exchange) => ({ ...exchange, body: bodyOf(exchange.body) })));
    await using lab = await Lab.open({ mlflow: { version, world } });
    const { code, stderr } = await runProgram([...lab.exportFlags, ...lab.importFlags, "--import-concurrency", "1"]);
    assert.equal(code, 0, stderr);

    await t.step("runs.json is the same text, but NaN is a string", async () => {
      assert.equal(await lab.read("runs.json"), fixture("export/runs.json").replaceAll(": NaN", ': "NaN"'));
    });
    await t.step("experiments_runs_datasets.json is the same text", async () => {
      assert.equal(await lab.read("experiments_runs_datasets.json"), fixture("export/experiments_runs_datasets.json"));
    });
    await t.step("experiment_summary.json is the same, but dataset_names are filled", async () => {
      const ours = await lab.rows("experiment_summary.json");
      const names = ours.map((row) => row.dataset_names);
      assert.deepEqual(names, [[], [], ["digits", "digits-predictions", "digits-test"], []]);
      const theirs = lines(fixture("export/experiment_summary.json")).map((line) => JSON.parse(line));
      assert.deepEqual(ours.map((row) => ({ ...row, dataset_names: [] })), theirs);
    });
    await t.step("models.json is the same text, but aliases are filled", async () => {
      const ours = await lab.read("models.json");
      assert.match(ours, /"aliases": \[\s+"champion"\s+\]/);
      assert.equal(ours.replace(/\[\s+"champion"\s+\]/, "[]"), fixture("export/models.json"));
    });
    await t.step("runs.csv has the same cells in the same rows; columns may stand elsewhere", async () => {
      assert.deepEqual(byColumn(await lab.read("runs.csv")), byColumn(fixture("export/runs.csv")));
    });
    await t.step("runs_basic.csv has the same cells, but is valid CSV", async () => {
      const theirs = lines(fixture("export/runs_basic.csv")).map((line) =>
        line.replaceAll('\\"', '""').replaceAll(",None,", ",,")
      );
      assert.deepEqual(parseCsv(await lab.read("runs_basic.csv")), parseCsv(theirs.join("\n") + "\n"));
    });
    await t.step("summary.json begins with the same counters, and tells the server's version", async () => {
      const ours = JSON.parse(await lab.read("summary.json"));
      const theirs = JSON.parse(fixture("export/summary.json"));
      assert.equal(ours.mlflow_version, version);
      assert.deepEqual(Object.keys(ours).slice(0, 6), Object.keys(theirs));
      for (const key of Object.keys(theirs).slice(1)) assert.deepEqual(ours[key], theirs[key], key);
    });
    await t.step("Kiroframe gets the same payloads in the same order, without NaN", () => {
      assert.deepEqual(lab.kiroframe.violations, []);
      const theirs = lines(fixture("kiroframe.jsonl")).map((line) =>
        JSON.parse(line.replaceAll(": NaN", ": null")).body
      );
      const ours = lab.kiroframe.requests.map(({ text }) => JSON.parse(text ?? ""));
      assert.deepEqual(ours.map(known), theirs.map(known));
    });
  });
}

/** A recorded body: parsed where it is JSON. */
function bodyOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function byColumn(text: string): Record<string, string[]> {
  const [header = [], ...rows] = parseCsv(text);
  return Object.fromEntries(header.map((column, i) => [column, rows.map((row) => row[i] ?? "")]));
}

/** A payload without what differs by a fault of the reference, or by the address that the recording had. */
// deno-lint-ignore no-explicit-any
function known(body: any): unknown {
  const line = structuredClone(body.line);
  if (body.import_type === 1) line.dataset_names = [];
  if (body.import_type === 2) {
    if (line.metrics_latest.nan === null) delete line.metrics_latest.nan;
    for (const points of Object.values<{ value: number | null }[]>(line.metrics_history)) {
      const kept = points.filter(({ value }) => value !== null);
      points.splice(0, points.length, ...kept);
    }
  }
  if (body.import_type === 3) { for (const model of line) for (const one of model.latest_versions) one.aliases = []; }
  return { ...body, import_source_id: "", line };
}
