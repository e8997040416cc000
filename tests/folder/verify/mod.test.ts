import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { exportSource } from "../../../lib/export/exporter.ts";
import { CsvShape } from "../../../lib/folder/verify/csv_shape.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { csvLine } from "../../../lib/folder/runs_csv.ts";
import { verifyFolder } from "../../../lib/folder/verify/mod.ts";
import { silentLogger, silentProgress } from "../../../lib/logger.ts";
import { experiment, fakeSource, run } from "../../source/fake_source.ts";

/** Exports three runs, changes the folder, and gives what is wrong with it then. */
async function problemsAfter(change: (folder: string) => Promise<void>): Promise<readonly string[]> {
  const base = await mkdtemp(join(tmpdir(), "verify-"));
  try {
    const folder = await ExportFolder.create(base);
    const params = new Map([["p", 'a\n"b", c']]);
    const runs = ["a", "b", "c"].map((id) => run(id, { params }));
    await exportSource({
      source: fakeSource({
        experiments: [experiment("2", { name: 'x", "experiment_id": "9' }), experiment("1")],
        runs,
      }),
      folder,
      includeSchemaProfile: true,
      exportModels: true,
      downloadArtifacts: false,
      logger: silentLogger,
      progress: silentProgress,
    });
    await folder.close();
    await change(folder.path);
    return (await verifyFolder(folder.path)).problems;
  } finally {
    await rm(base, { recursive: true });
  }
}

async function replace(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, "utf8");
  assert.ok(text.includes(from), `${path} holds ${from}`);
  await writeFile(path, text.replace(from, to));
}

Deno.test("verifyFolder() finds nothing wrong with a fresh export", async () => {
  assert.deepEqual(await problemsAfter(async () => {}), []);
});

Deno.test("verifyFolder() names the first bad line", async () => {
  const problems = await problemsAfter(async (folder) => {
    await replace(join(folder, "runs.json"), '"run_id": "b"', '"run_id": b');
    await replace(join(folder, "runs.json"), '"run_id": "c"', '"run_id": c');
  });
  assert.match(problems[0] ?? "", /^runs\.json: line 2: it is not JSON/);
  assert.equal(problems.filter((problem) => problem.includes(" line ")).length, 1);
});

Deno.test("verifyFolder() sees a changed value, a lost row and a lost file", async () => {
  assert.match(
    (await problemsAfter((folder) => replace(join(folder, "runs.csv"), "FINISHED", "FAILEDxx")))[0] ?? "",
    /changed/,
  );
  const lost = await problemsAfter((folder) => rm(join(folder, "runs_basic.csv")));
  assert.match(lost[0] ?? "", /^runs_basic\.csv: /);
  const cut = await problemsAfter(async (folder) => {
    const path = join(folder, "runs.json");
    await writeFile(path, (await readFile(path, "utf8")).split("\n").slice(0, 2).join("\n") + "\n");
  });
  assert.ok(cut.some((problem) => problem.includes("says 3 rows, it has 2")), cut.join("\n"));
  assert.ok(cut.some((problem) => problem.includes("experiment 1 has 2 runs")), cut.join("\n"));
});

Deno.test("verifyFolder() sees a CSV file that was cut", async () => {
  const problems = await problemsAfter((folder) => appendFile(join(folder, "runs.csv"), 'd,"open'));
  assert.ok(problems.some((problem) => problem.includes("a quoted cell has no end")), problems.join("\n"));
});

Deno.test("CsvShape counts the records that were written, whatever they hold", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", "é") });
  fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
    const shape = new CsvShape();
    const lines = rows.map((row) => csvLine(row)).join("").split("\n").slice(0, -1);
    for (const line of lines) shape.addLine(new TextEncoder().encode(line));
    assert.equal(shape.problem(), null);
    assert.equal(shape.records, rows.length - 1);
  }));
});

Deno.test("verifyFolder() tells a file that is missing once, and counts the entries of lists", async () => {
  const missing = await problemsAfter((folder) => rm(join(folder, "artifacts_manifest.json")));
  assert.equal(
    missing.filter((problem) => problem.startsWith("artifacts_manifest.json")).length,
    1,
    missing.join("\n"),
  );
  const more = await problemsAfter((folder) => writeFile(join(folder, "artifacts_manifest.json"), '[{"run_id": "a"}]'));
  assert.ok(more.includes("artifacts_manifest.json: summary.json says 0 rows, it has 1"), more.join("\n"));
  const none = await problemsAfter((folder) => writeFile(join(folder, "models.json"), '{"name": "m"}'));
  assert.ok(none.includes("models.json: it is not a list"), none.join("\n"));
});
