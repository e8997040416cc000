import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { aboutShape, artifactFilesRow, manifestEntry, summaryShape } from "../../lib/shapes/folder.ts";
import { loggedModelRow } from "../../lib/shapes/extras.ts";
import { datasetRow, experimentRow, modelRow, runRow } from "../../lib/shapes/rows.ts";
import { worldFromExchanges } from "../../sandbox/world/exchanges.ts";
import { Lab, runProgram } from "../cli/run_program.ts";

const ROWS: readonly (readonly [name: string, shape: z.ZodType])[] = [
  ["runs.json", runRow],
  ["experiment_summary.json", experimentRow],
  ["experiments_runs_datasets.json", datasetRow],
  ["artifacts_files.jsonl", artifactFilesRow],
  ["logged_models.json", loggedModelRow],
];
const WHOLE: readonly (readonly [name: string, shape: z.ZodType])[] = [
  ["models.json", modelRow.array()],
  ["artifacts_manifest.json", manifestEntry.array()],
  ["summary.json", summaryShape],
  ["export.json", aboutShape],
];

const REFERENCE = new URL("../fixtures/reference/", import.meta.url).pathname;

for (const version of readdirSync(REFERENCE)) {
  Deno.test(`the shapes are those of what the reference wrote (${version})`, () => {
    for (const [name, shape] of [...ROWS.slice(0, 3), ...WHOLE.slice(0, 2)]) {
      const text = readFileSync(join(REFERENCE, version, "export", name), "utf8").replaceAll(/: NaN/g, ': "NaN"');
      const rows = name === "models.json" || name === "artifacts_manifest.json" ? [text] : text.trimEnd().split("\n");
      for (const row of rows) shape.parse(JSON.parse(row));
    }
  });
}

Deno.test("every file that an export and its import write keeps to its shape", async () => {
  const exchanges = readFileSync(join(REFERENCE, "mlflow-3.17.2/http.jsonl"), "utf8").trimEnd().split("\n");
  const world = worldFromExchanges(exchanges.map((line) => {
    const exchange = JSON.parse(line);
    return { ...exchange, body: bodyOf(exchange.body) };
  }));
  await using lab = await Lab.open({ mlflow: { version: "3.17.2", world } });
  for (const flags of [["--download-artifacts"], ["--no-include-schema-profile"]]) {
    const { code, stderr } = await runProgram([...lab.exportFlags, ...lab.importFlags, ...flags]);
    assert.equal(code, 0, stderr);
    for (const [name, shape] of ROWS) {
      const text = await lab.read(name).catch(() => "");
      if (text === "") assert.ok(["artifacts_files.jsonl", "logged_models.json"].includes(name), name);
      for (const line of text.split("\n").filter((line) => line !== "")) shape.parse(JSON.parse(line));
    }
    for (const [name, shape] of WHOLE) shape.parse(JSON.parse(await lab.read(name)));
  }
});

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
