import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { exportMlflow } from "../../../mod.ts";
import { startDemoMlflow } from "../../../sandbox/demo/mlflow.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { World } from "../../../sandbox/world/mod.ts";

Deno.test("startDemoMlflow() gives an export what the whole sandbox gives it, byte by byte", async () => {
  const baseDir = await mkdtemp(join(tmpdir(), "demo-mlflow-"));
  await using sandbox = await startMlflowSandbox({ world: digitsWorld() });
  const demo = await startDemoMlflow(digitsWorld(), { latencyMs: 0 });
  try {
    const [expected, found] = await Promise.all([sandbox, demo].map(async ({ url }) => {
      const { folderPath } = await exportMlflow({ trackingUrl: url, baseDir, downloadArtifacts: true });
      return await contents(folderPath);
    }));
    assert.deepEqual(found, expected);
    assert.ok(found!.size > 15, `${found!.size} files`);
    assert.equal(demo.requestCount, sandbox.requestCount);
  } finally {
    await demo.close();
    await rm(baseDir, { recursive: true });
  }
});

Deno.test("startDemoMlflow() says what it was not made for", async () => {
  const demo = await startDemoMlflow(new World(), { latencyMs: 0 });
  try {
    const ask = async (path: string, body: unknown): Promise<readonly [number, string]> => {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      const reply = await fetch(`${demo.url}/api/2.0/mlflow/${path}`, init);
      return [reply.status, await reply.text()];
    };
    assert.deepEqual(await ask("runs/create", {}), [404, "The demo has no POST /api/2.0/mlflow/runs/create"]);
    const [status, text] = await ask("runs/search", { experiment_ids: ["0"], filter: "params.a = 'b'" });
    assert.equal(status, 500);
    assert.match(text, /unknown filter "params\.a = 'b'"/);
  } finally {
    await demo.close();
  }
});

const OWN_FILES = [".state.sqlite", "export.json", "export.log", "summary.json"];

/** Every file but those that tell when and from where the export was made, without the folder's own name. */
async function contents(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const names = paths.map((path) => relative(folder, path)).filter((name) => !OWN_FILES.includes(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")));
  return new Map(names.map((name, index) => [name, texts[index]!.replaceAll(folder, "FOLDER")]));
}
