/**
 * Every release that is promised, one after the other: filled, and judged, by MLflow's own client of that release.
 */
import assert from "node:assert/strict";
import { assertSameAsClient, clientModels, clientView, seedByClient } from "../live/parts/client.ts";
import { readExport } from "../live/parts/folders.ts";
import { runOurs } from "../live/parts/programs.ts";
import { startCountingProxy } from "../live/parts/proxy.ts";
import { MLFLOW_VERSIONS, type MlflowVersion, startRealMlflow } from "../live/parts/servers.ts";
import { venvPython } from "../live/parts/venvs.ts";
import { type VersionRow, writeVersions } from "./table.ts";

const RUNS = 10;
const rows: VersionRow[] = [];

for (const version of MLFLOW_VERSIONS) {
  Deno.test(`an export of MLflow ${version} has what its own client sees`, async () => {
    rows.push(await rowOf(version));
  });
}

Deno.test.afterAll(async () => {
  if (rows.length === MLFLOW_VERSIONS.length) await writeVersions(rows);
});

async function rowOf(version: MlflowVersion): Promise<VersionRow> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRealMlflow(version, { workers: 1 }));
  const proxy = stack.use(startCountingProxy(server.url));
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  const python = await venvPython(`mlflow-${version}`);
  await seedByClient({ python, trackingUrl: server.url, runs: RUNS });
  const view = await clientView({ python, trackingUrl: proxy.url, withFiles: true });
  const clientCalls = proxy.calls.length;
  const ours = await runOurs({
    trackingUrl: proxy.url,
    baseDir,
    args: ["--download-artifacts", "--no-import-to-kiroframe"],
  });
  assert.equal(ours.exitCode, 0, ours.said);
  const calls = proxy.calls.length - clientCalls;
  const compared = await assertSameAsClient(ours.folder, view);
  assert.deepEqual(compared, { experiments: 2, runs: RUNS, points: RUNS * 21 + 1_180 + 3, files: 3 });
  const models: { readonly latest_versions: readonly unknown[] }[] = JSON.parse(
    await readExport(ours.folder, "models.json"),
  );
  assert.deepEqual(models, await clientModels({ python, trackingUrl: server.url }));
  const summary = JSON.parse(await readExport(ours.folder, "summary.json"));
  // 1.x does not tell its version.
  assert.equal(summary.mlflow_version, version.startsWith("1.") ? null : version);
  return {
    version,
    ...compared,
    modelVersions: models.flatMap(({ latest_versions }) => latest_versions).length,
    clientCalls,
    calls,
  };
}
