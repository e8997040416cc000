import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../lib/errors.ts";
import { MLFLOW } from "../../../lib/mlflow/mod.ts";
import { silentLogger } from "../../../lib/logger.ts";
import type { Source, SourceAddress } from "../../../lib/source/mod.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import type { World } from "../../../sandbox/world/mod.ts";
import { contractWorld } from "../../source/contract.ts";
import { writeWorld } from "./sql/world_database.ts";

/** A server of one world, and a store of another. */
async function withBoth(
  [served, stored]: readonly [World, World],
  check: (locate: (trackingUrl?: string) => Promise<SourceAddress>, url: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const server = await startMlflowSandbox({ world: served });
  try {
    const path = join(folder, "mlflow.db");
    writeWorld(path, stored);
    const locate = (trackingUrl = server.url): Promise<SourceAddress> =>
      MLFLOW.locate({
        trackingUrl,
        store: `sqlite:///${path}`,
        env: {},
        experimentPageSize: 200,
        runPageSize: 1000,
        concurrency: 8,
        logger: silentLogger,
      });
    await check(locate, server.url);
  } finally {
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function idsOf(source: Source): Promise<string[]> {
  return await Array.fromAsync(source.runs(await Array.fromAsync(source.experiments())), ({ run }) => run.id);
}

Deno.test("--store gives the store's rows under the server's name and version", async () => {
  const stored = contractWorld();
  await withBoth([contractWorld(), stored], async (locate, url) => {
    const address = await locate();
    assert.equal(address.identity.displayUrl, url);
    assert.equal(address.identity.sourceId, MLFLOW.sourceIdOf(url));
    const source = await address.connect();
    try {
      assert.equal(source.version, "3.17.2");
      assert.equal((await idsOf(source)).length, 4);
      assert.equal((await source.models()).length, 1);
      const [run] = await Array.fromAsync(source.listedRuns(await Array.fromAsync(source.experiments())));
      // The server's: the store's own would not be in reach.
      assert.ok(run !== undefined);
      assert.deepEqual(await source.artifacts(run), []);
    } finally {
      await source.close();
    }
  });
});

Deno.test("--store of another server is refused, with what differs", async () => {
  const changes: readonly [change: (world: World) => void, isServers: boolean, expected: RegExp][] = [
    [
      (world) => void world.addExperiment({ name: "more", id: "9" }),
      true,
      /only the server has the experiment 9 "more"/,
    ],
    [
      (world) => void world.addExperiment({ name: "more", id: "9" }),
      false,
      /only the store has the experiment 9 "more"/,
    ],
    [
      (world) => void world.addRun({ experimentId: "1", id: "9".repeat(32), startTime: 1_800_000_000_000 }),
      true,
      /only the server has the run 9{32}, the newest of experiment 1 "first"/,
    ],
    [
      (world) => void world.addRun({ experimentId: "1", id: "9".repeat(32), startTime: 1_800_000_000_000 }),
      false,
      /only the store has the run 9{32}, the newest of experiment 1 "first"/,
    ],
  ];
  for (const [change, isServers, expected] of changes) {
    const [served, stored] = [contractWorld(), contractWorld()];
    change(isServers ? served : stored);
    await withBoth([served, stored], async (locate) => {
      await assert.rejects(locate().then((address) => address.connect()), (error: unknown) => {
        return error instanceof UsageError && expected.test(error.message);
      });
    });
  }
});

Deno.test("--store needs a server beside it", async () => {
  await withBoth([contractWorld(), contractWorld()], async (locate) => {
    await assert.rejects(locate("sqlite:///mlflow.db"), UsageError);
  });
});
