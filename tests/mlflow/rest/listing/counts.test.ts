import assert from "node:assert/strict";
import { UnreachableError } from "../../../../lib/errors.ts";
import { World } from "../../../../sandbox/world/mod.ts";
import { startSource } from "../sandbox_source.ts";

function worldOf(counts: readonly number[]): World {
  const world = new World();
  for (const count of counts) {
    const { id } = world.addExperiment({ name: `of ${count}` });
    for (let run = 0; run < count; run++) world.addRun({ experimentId: id });
  }
  return world;
}

Deno.test("countRuns() gives the power of two at or below each count", async () => {
  const counts = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33];
  await using started = await startSource({ world: worldOf(counts) });
  const experiments = await Array.fromAsync(started.source.experiments());
  const found = await started.source.runCounts(experiments);
  // Newest first, and "Default", which has none.
  assert.deepEqual([...found.values()].toReversed(), [0, 1, 2, 2, 4, 4, 4, 8, 8, 16, 32, 32]);
});

Deno.test("countRuns() counts an experiment that cannot be listed as 0, and rejects where nobody is there", async () => {
  await using started = await startSource({ world: worldOf([4, 4]) }, {
    env: { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" },
  });
  started.server.world.damaged.set("1", "Metric 'm' is malformed");
  const experiments = await Array.fromAsync(started.source.experiments());
  assert.deepEqual(Object.fromEntries(await started.source.runCounts(experiments)), { "0": 0, "1": 0, "2": 4 });
  started.server.setFaults([{ action: { kind: "reset" } }]);
  await assert.rejects(started.source.runCounts(experiments), UnreachableError);
});
