import assert from "node:assert/strict";
import { RefusedError } from "../../../../lib/errors.ts";
import { generateWorld } from "../../../../sandbox/world/generator.ts";
import { REFUSALS, startGateway } from "../gateway.ts";
import { readWhole, sourceFor, startSource, type WholeRecord } from "../sandbox_source.ts";

function pointsOf(records: readonly WholeRecord[]): unknown {
  return records.map(({ run, points }) => [run.id, [...points].map(([key, history]) => [key, [...history as []]])]);
}

for (const [name, refuse] of Object.entries(REFUSALS)) {
  Deno.test(`HistoryCalls reads histories one by one behind a gateway that answers ${name} to bulk, and asks no more for that`, async () => {
    const world = generateWorld({ experiments: 1, runs: 12, metrics: 3, points: 4 });
    await using started = await startSource({ world });
    await using gateway = startGateway(started.server.url, refuse);
    const { source } = await sourceFor(gateway.url);
    assert.deepEqual(pointsOf(await readWhole(source)), pointsOf(await readWhole(started.source)));
    const asked = gateway.refused.filter((path) => path.endsWith("get-history-bulk")).length;
    // The calls for all metrics are on their way before the first is refused; a 403 may be one run's, which is looked for.
    assert.ok(asked > 0 && asked <= (name === "403" ? 18 : 3), `${asked}`);
    await source.close();
  });
}

Deno.test("HistoryCalls ends all where get-history does not take the login either", async () => {
  await using started = await startSource({
    world: generateWorld({ experiments: 1, runs: 2, metrics: 1, points: 1 }),
    faults: [{ match: ({ path }) => path.includes("get-history"), action: { kind: "status", status: 401 } }],
  });
  await assert.rejects(readWhole(started.source), (error) => error instanceof RefusedError && error.isForAll);
});
