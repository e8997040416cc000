/**
 * The Parquet files as DuckDB, pandas with pyarrow, and Polars read them, each beside runs.json; and the lines of docs/parquet.md, run.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseJson } from "../../lib/json/exact.ts";
import { writeParquet } from "../../lib/folder/parquet/write.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { runOurs } from "./parts/programs.ts";
import type { Json } from "./parts/json.ts";
import { venvPython } from "./parts/venvs.ts";
import { parseCsv, toRecords } from "./reference/csv.ts";

const ROOT = new URL("../..", import.meta.url);

let base: string;
let folder: string;

Deno.test.beforeAll(async () => {
  base = await Deno.makeTempDir({ prefix: "parquet-" });
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const args = ["--no-import-to-kiroframe", "--parquet"];
  const done = await runOurs({ trackingUrl: mlflow.url, baseDir: base, args });
  assert.equal(done.exitCode, 0, done.said);
  folder = done.folder;
});

Deno.test.afterAll(async () => {
  await Deno.remove(base, { recursive: true });
});

async function python(args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(await venvPython("parquet-readers"), { args: [...args] })
    .output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

type Row = Readonly<Record<string, unknown>>;

/** As parquet.py prints a double. */
function bits(value: unknown): string {
  const number = Number(value);
  if (Number.isNaN(number)) return "NaN";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

/** The entries of a map in Python's order: by code point. */
function pairs(map: unknown, print: (value: unknown) => string): string[][] {
  const codes = (text: string): string =>
    [...text].map((sign) => sign.codePointAt(0)!.toString(16).padStart(6, "0")).join();
  return Object.entries(map as object).map(([key, value]) => [key, print(value)])
    .sort(([a], [b]) => codes(a!) < codes(b!) ? -1 : 1);
}

/** What the three files are to hold, from runs.json. */
async function expectedRows(folder: string): Promise<Record<string, Json[]>> {
  const lines = (await Deno.readTextFile(join(folder, "runs.json"))).trimEnd().split("\n");
  const rows = lines.map((line) => parseJson(line) as Json);
  return {
    metrics: rows.flatMap((row) =>
      Object.entries<Json>(row.metrics_history).flatMap(([key, points]) =>
        Array.isArray(points)
          ? points.map(({ step, ts, value }: Json) => ({
            experiment_id: row.experiment_id,
            run_id: row.run_id,
            key,
            step: String(step),
            timestamp: String(ts),
            value: bits(value),
          }))
          : []
      )
    ),
    params: rows.flatMap((row) =>
      Object.entries(row.params).map(([key, value]) => (
        { experiment_id: row.experiment_id, run_id: row.run_id, key, value }
      ))
    ),
    runs: rows.map((row) => ({
      experiment_id: row.experiment_id,
      experiment_name: row.experiment_name,
      run_id: row.run_id,
      run_name: row.tags["mlflow.runName"] ?? null,
      status: row.status,
      lifecycle_stage: row.lifecycle_stage,
      start_time: row.start_time === null ? null : String(row.start_time),
      end_time: row.end_time === null ? null : String(row.end_time),
      metrics: pairs(row.metrics_latest, bits),
      params: pairs(row.params, String),
      tags: pairs(row.tags, String),
    })),
  };
}

async function assertReadAlike(folder: string): Promise<void> {
  const expected = await expectedRows(folder);
  const said = (await python([new URL("python/parquet.py", import.meta.url).pathname, folder])).trimEnd().split("\n");
  assert.equal(said.length, 9);
  for (const line of said) {
    const { reader, name, rows } = JSON.parse(line) as { reader: string; name: string; rows: Row[] };
    assert.deepEqual(rows, expected[name], `${reader} reads ${name}`);
  }
}

Deno.test("DuckDB, pandas and Polars read of an export what runs.json and runs.csv say", async () => {
  await assertReadAlike(folder);
  const csv = toRecords(parseCsv(await Deno.readTextFile(join(folder, "runs.csv"))));
  const { runs } = await expectedRows(folder);
  assert.equal(csv.length, runs!.length);
  for (const cells of csv) {
    const run = runs!.find(({ run_id }) => run_id === cells.get("run_id"));
    const params = [...cells].filter(([column]) => column.startsWith("params.")).map((
      [column, cell],
    ) => [column.slice(7), cell]);
    // An empty cell may be an empty text, or none.
    assert.deepEqual(
      new Map(params as [string, string][]),
      new Map(run.params.filter(([, value]: [string, string]) => value !== "")),
    );
  }
});

Deno.test("DuckDB, pandas and Polars read NaN, infinities, -0, whole int64, odd texts and many groups", async () => {
  const odd = join(base, "odd");
  await Deno.mkdir(odd);
  const points = Array.from(
    { length: 150_000 },
    (_, i) => `{"step": ${i}, "ts": 1, "value": ${i % 7 ? i / 7 : '"NaN"'}}`,
  );
  const line = (id: string, rest: string): string =>
    `{"experiment_name": "é☃", "experiment_id": "1", "run_id": "${id}", "status": "FINISHED", ` +
    `"lifecycle_stage": "active", ${rest}, "datasets": [], "dataset_names": []}\n`;
  await Deno.writeTextFile(
    join(odd, "runs.json"),
    line(
      "a",
      `"start_time": 9007199254740993, "end_time": null, "tags": {"é": "\\u0000\\n\\"", "𝒳": "", "zz": "${
        "y".repeat(9000)
      }"}, ` +
        `"params": {"p": ""}, "metrics_latest": {"n": "NaN", "i": "-Infinity", "z": -0.0}, "metrics_history": {` +
        `"n": [{"step": 9223372036854775807, "ts": -9223372036854775808, "value": "NaN"}], ` +
        `"i": [{"step": -5, "ts": 0, "value": "-Infinity"}, {"step": -5, "ts": 0, "value": "Infinity"}], ` +
        `"z": [{"step": 0, "ts": 0, "value": 0.0}, {"step": 0, "ts": 0, "value": -0.0}, {"step": 0, "ts": 0, "value": 5e-324}], ` +
        `"long": [${points.join(", ")}]}`,
    ) +
      line(
        "b",
        `"start_time": 0, "end_time": 1, "tags": {}, "params": {}, "metrics_latest": {}, "metrics_history": {}`,
      ),
  );
  await writeParquet(odd);
  await assertReadAlike(odd);
});

Deno.test("the lines of docs/parquet.md answer what they ask", async () => {
  const page = await Deno.readTextFile(new URL("docs/parquet.md", ROOT));
  const blocks = [...page.matchAll(/^```(python|sql)\n(.*?)^```$/gms)].map(([, kind, code]) => {
    const here = code!.replaceAll("FOLDER", folder);
    return kind === "sql" ? `import duckdb\nprint(duckdb.sql("""${here}""").fetchall())` : here;
  });
  assert.equal(blocks.length, 3);
  const [pandas = "", duckdb = "", polars = ""] = await Promise.all(blocks.map((code) => python(["-c", code])));
  const { runs, metrics } = await expectedRows(folder);
  const best = runs!.map(({ run_id, run_name }) => {
    const values = metrics!.filter((point) => point.run_id === run_id && point.key === "test/accuracy")
      .map(({ value }) =>
        new DataView(Uint8Array.from(value.match(/../g), (byte: string) => parseInt(byte, 16)).buffer).getFloat64(0)
      );
    return { run_name, value: Math.max(...values) };
  }).filter(({ value }) => Number.isFinite(value)).sort((a, b) => b.value - a.value);
  assert.ok(best.length >= 2);
  for (const answer of [pandas, duckdb]) {
    const places = best.map(({ run_name }) => answer.indexOf(run_name));
    assert.ok(places.every((place) => place !== -1), answer);
    assert.equal(places[0], Math.min(...places), answer);
  }
  assert.ok(duckdb.includes(`'${best[0]!.run_name}', ${best[0]!.value}`), duckdb);
  assert.match(polars, /best/);
});
