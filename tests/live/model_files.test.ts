/**
 * The models of MLflow 3.0 to 3.5, whose runs/search does not tell which runs put them out: every file that MLflow's own client
 * downloads lies in the export; and when the server has lost its artifacts, that is said.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readExport, readTree } from "./parts/folders.ts";
import { runOurs } from "./parts/programs.ts";
import { type RealMlflow, startRealMlflow } from "./parts/servers.ts";
import { venvPython } from "./parts/venvs.ts";

for (const version of ["3.1.4", "3.5.1"] as const) {
  Deno.test(`--download-artifacts on ${version} fetches every file of every model that a run logged`, async () => {
    await using server = await startRealMlflow(version, { workers: 1 });
    await using stack = new AsyncDisposableStack();
    const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
    stack.defer(() => Deno.remove(baseDir, { recursive: true }));
    await runClient(server, ["seed", server.url]);
    await Deno.mkdir(join(baseDir, "client"));
    await runClient(server, ["fetch", server.url, join(baseDir, "client")]);
    const args = ["--download-artifacts", "--no-import-to-kiroframe"];
    const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours"), args });
    assert.equal(ours.exitCode, 0, ours.said);
    const expected = await readTree(join(baseDir, "client"));
    assert.ok([...expected.keys()].filter((path) => /\/(?:regression|identity)\//.test(path)).length >= 8);
    const files = await readTree(join(ours.folder, "artifacts"));
    assert.deepEqual([...files.keys()], [...expected.keys()]);
    for (const [path, content] of expected) assert.ok(files.get(path) === content, path);
    const alone = [...expected.keys()].filter((path) => path.startsWith("m-"));
    assert.ok(alone.length >= 4, alone.join());
    assert.equal(
      JSON.parse(await readExport(ours.folder, "summary.json")).artifact_files,
      expected.size - alone.length,
    );
    const rows = (await readExport(ours.folder, "logged_models_files.jsonl")).trimEnd().split("\n");
    const counts = rows.map((line) => JSON.parse(line).files.length).toSorted((a, b) => b - a);
    assert.deepEqual(counts, [alone.length, 0]);
    await Deno.remove(join(server.folder, "artifacts"), { recursive: true });
    const empty = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "empty"), args });
    assert.equal(empty.exitCode, 0, empty.said);
    assert.equal(empty.said.match(/Artifacts of run \w+: it logged a model, and (?:that )?lists no file/g)?.length, 2);
    assert.match(empty.said, /Artifacts of 0 of 3 runs are there: 0 files, 0 bytes\n.*No run lists any artifact/);
    // The trap: were it not there, the export could do with one call less a run.
    assert.ok(!await listsOutputs(server));
  });
}

async function listsOutputs(server: RealMlflow): Promise<boolean> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ experiment_ids: ["1"] }),
  });
  return (await response.text()).includes("model_outputs");
}

async function runClient({ version }: RealMlflow, args: readonly string[]): Promise<void> {
  const output = await new Deno.Command(await venvPython(`mlflow-${version}`), {
    args: [fileURLToPath(new URL("python/model_files.py", import.meta.url)), ...args],
    env: { MLFLOW_DISABLE_TELEMETRY: "true", MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.ok(output.success, new TextDecoder().decode(output.stderr));
}
