/**
 * Servers with nothing to export: the reference's empty files, and no end for want of them.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readExport } from "./parts/folders.ts";
import { runOurs, runReference } from "./parts/programs.ts";
import { SeedApi } from "./seed/api.ts";
import { startRealMlflow } from "./parts/servers.ts";

const files = [
  "artifacts_manifest.json",
  "experiment_summary.json",
  "experiments_runs_datasets.json",
  "models.json",
  "runs.csv",
  "runs.json",
  "runs_basic.csv",
];

Deno.test("a server with no runs, then with no experiment either, is exported and imported", async () => {
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  const { url: trackingUrl } = stack.use(await startRealMlflow("2.22.5"));
  const ours = await runOurs({ trackingUrl, baseDir: join(baseDir, "ours 1") });
  const reference = await runReference({ trackingUrl, baseDir: join(baseDir, "reference 1") });
  assert.deepEqual([ours.exitCode, reference.exitCode], [0, 0], ours.said);
  for (const name of files) {
    assert.equal(await readExport(ours.folder, name), await readExport(reference.folder, name), name);
  }
  assert.deepEqual(ours.calls.map(({ body }) => body), reference.calls.map(({ body }) => body));

  await new SeedApi(trackingUrl).post("experiments/delete", { experiment_id: "0" });
  const none = await runOurs({ trackingUrl, baseDir: join(baseDir, "ours 2") });
  const theirNone = await runReference({ trackingUrl, baseDir: join(baseDir, "reference 2") });
  assert.equal(none.exitCode, 0, none.said);
  assert.equal(await readExport(none.folder, "experiment_summary.json"), "");
  assert.deepEqual(none.calls.map(({ body }) => JSON.parse(body).import_type), [3]);
  // It misses the file that it never wrote.
  assert.notEqual(theirNone.exitCode, 0);
});
