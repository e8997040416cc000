import assert from "node:assert/strict";
import { join } from "node:path";
import type { MetricPoint, RunRecord } from "../../../../../lib/source/mod.ts";
import { World } from "../../../../../sandbox/world/mod.ts";
import { sourceFor } from "../../../rest/sandbox_source.ts";
import { writeWorld } from "../world_database.ts";

/** Places of runs that do not fit into a window with the others. */
const LARGE = [0, 50, 51, 60, 240];
const RUNS = 320;

function points(count: number): MetricPoint[] {
  return Array.from({ length: count }, (_, step) => ({ step, timestamp: step, value: step / 3 }));
}

async function pointsOf({ histories }: RunRecord): Promise<number> {
  let count = 0;
  for (const history of histories.values()) {
    assert.ok(!("error" in history));
    if (Symbol.asyncIterator in history) { for await (const page of history) count += page.length; }
    else count += history.length;
  }
  return count;
}

Deno.test("runs of a database come once each and in order, whatever a window turns out to hold", async () => {
  const folder = await Deno.makeTempDir();
  const world = new World();
  world.addExperiment({ name: "e", id: "1" });
  for (let place = 0; place < RUNS; place++) {
    // The newest comes first; two long metrics, so that the run is read in parts of which one is paged.
    world.addRun({
      experimentId: "1",
      id: String(place).padStart(32, "0"),
      startTime: 1_000_000 - place,
      metrics: LARGE.includes(place) ? { a: points(24_000), b: points(4_000) } : { a: points(1) },
    });
  }
  try {
    const path = join(folder, "mlflow.db");
    writeWorld(path, world);
    const { source } = await sourceFor(`sqlite:///${path}`);
    const experiments = await Array.fromAsync(source.experiments());
    const found: [number, number][] = [];
    for await (const record of source.runs(experiments)) found.push([Number(record.run.id), await pointsOf(record)]);
    assert.deepEqual(
      found,
      Array.from({ length: RUNS }, (_, place) => [place, LARGE.includes(place) ? 28_000 : 1]),
    );
    const known: [number, number, number][] = [];
    for await (const record of source.runs(experiments, { needsHistories: ({ id }) => Number(id) % 2 === 0 })) {
      known.push([Number(record.run.id), record.histories.size, await pointsOf(record)]);
    }
    assert.deepEqual(
      known,
      found.map(([place, all]) => place % 2 === 0 ? [place, LARGE.includes(place) ? 2 : 1, all] : [place, 0, 0]),
    );
    for await (const { run } of source.runs(experiments)) if (Number(run.id) === 30) break;
    await source.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
