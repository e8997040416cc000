/** FastTrackML 0.6, which speaks MLflow's API: MLflow's client is the judge. */
import assert from "node:assert/strict";
import { assertSameAsClient, clientView, seedByClient } from "../live/parts/client.ts";
import { startFastTrackMl } from "../live/parts/fasttrackml.ts";
import { runOurs } from "../live/parts/programs.ts";

Deno.test("an export of FastTrackML has what MLflow's client sees, and says that there is no registry", async () => {
  await using stack = new AsyncDisposableStack();
  const { url: trackingUrl, python } = stack.use(await startFastTrackMl());
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  await seedByClient({ python, trackingUrl, runs: 10, hasOnlyRuns: true });
  const view = await clientView({ python, trackingUrl, withFiles: true });
  const ours = await runOurs({ trackingUrl, baseDir, args: ["--download-artifacts", "--no-import-to-kiroframe"] });
  assert.equal(ours.exitCode, 0, ours.said);
  const { runs, files } = await assertSameAsClient(ours.folder, view);
  assert.deepEqual([runs, files], [10, 3]);
  assert.match(ours.said, /No registered models are exported: the server has no model registry/);
});
