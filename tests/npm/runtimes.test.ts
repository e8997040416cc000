/** Program and library of the npm package under every runtime that they are held to run on. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportMlflow } from "../../mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { execute, runtimePath, RUNTIMES } from "../package/programs.ts";
import { testSameAsSource } from "../package/same_as_source.ts";
import { projectOnce } from "./installed.ts";

const project = await projectOnce();

testSameAsSource(
  "the npm package",
  await Promise.all(RUNTIMES.map(async (name) => [name, [await runtimePath(name), project.program]] as const)),
);

const SCRIPT = `import { exportMlflow, UnreachableError } from "kiroframe-importer";
const [trackingUrl, baseDir] = process.argv.slice(2);
const { folderPath } = await exportMlflow({ trackingUrl, baseDir, downloadArtifacts: true });
const env = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" };
const nowhere = exportMlflow({ trackingUrl: "http://127.0.0.1:9", baseDir, env });
const error = await nowhere.then(() => "none", (error) => error instanceof UnreachableError ? error.exitCode : error);
console.log(JSON.stringify({ folderPath, error }));
`;

const FILES = ["runs.json", "runs.csv", "experiment_summary.json", "experiments_runs_datasets.json", "models.json"];

Deno.test("the library of the npm package exports what mod.ts does, under every runtime", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const base = await mkdtemp(join(tmpdir(), "kiroframe-importer-library-"));
  const script = join(project.folder, "export.js");
  await writeFile(script, SCRIPT);
  const read = (folder: string): Promise<string[]> =>
    Promise.all(FILES.map((name) => readFile(join(folder, name), "utf8")));
  const { folderPath } = await exportMlflow({ trackingUrl: mlflow.url, baseDir: base, downloadArtifacts: true });
  const expected = await read(folderPath);
  for (const name of RUNTIMES) {
    const { code, stdout, stderr } = await execute([await runtimePath(name), script, mlflow.url, base], {
      cwd: project.folder,
    });
    assert.deepEqual([code, stderr], [0, ""], name);
    const told = JSON.parse(stdout);
    assert.equal(told.error, 5, name);
    assert.deepEqual(await read(told.folderPath), expected, name);
  }
  await rm(base, { recursive: true });
});

Deno.test("the library can be required where a project has no modules", async () => {
  const { code, stdout, stderr } = await execute(
    [await runtimePath("node@24"), "--print", 'typeof require("kiroframe-importer").exportMlflow'],
    { cwd: project.folder },
  );
  assert.deepEqual([code, stdout, stderr], [0, "function\n", ""]);
});
