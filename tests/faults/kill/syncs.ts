/** Syncs of a server that changes, killed at random moments: the next one goes on, as a scheduler's would. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readAbout } from "../../../lib/folder/about.ts";
import { startKiroframeSandbox } from "../../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox } from "../../../sandbox/kiroframe/types.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { changeOneThing, randomOf, smallWorld } from "../../jobs/changes.ts";
import { foldersBelow, type KillCount, killedChild, randomFrom } from "./exports.ts";
import { runHere, SEED, temporaryFolder } from "../program.ts";
import { exportFlags, filesOf, kiroframeFlags } from "../truth.ts";

/** Kills of one round at most: after that it is left to end. */
const MAX_KILLS = 3;

/** Fewer calls than a sync of this world takes of which little changed: kills come before as many, or up to 40 ms later. */
const CALLS = 15;

/**
 * Changes the world, kills a sync and goes on, so many times; throws where a folder differs from a full export of the same moment, where
 * Kiroframe lacks a row of it, or where more folders are left than are to be kept.
 */
export async function killSyncs({ rounds }: { readonly rounds: number }): Promise<KillCount> {
  const count: KillCount = { exports: 0, imports: 0, kills: 0, phases: {} };
  const world = smallWorld();
  for (const { id, experimentId } of world.runs.values()) {
    world.files.put(`${experimentId}/${id}/artifacts/model/weights.bin`, `of ${id}`);
  }
  await using base = await temporaryFolder();
  await using mlflow = await startMlflowSandbox({ world, latencyMs: 4 });
  await using kiroframe = await startKiroframeSandbox({ latencyMs: 4 });
  const [random, change] = [randomFrom(SEED), randomOf(SEED)];
  const synced = join(base.path, "synced");
  const server = {
    get requestCount(): number {
      return mlflow.requestCount + kiroframe.requestCount;
    },
  };
  const args = ["sync", ...exportFlags(synced, mlflow), ...kiroframeFlags(kiroframe), "--no-report", "--keep", "2"];
  for (let round = 0; round < rounds; round++) {
    for (let changes = 1 + change(6); changes > 0; changes--) changeOneThing(world, change);
    for (let kills = 0;; kills++) {
      const code = await killedChild(args, { random, count, calls: CALLS, server, isLast: kills === MAX_KILLS });
      if (code === 0) break;
    }
    const folders = await byNumber(await foldersBelow(synced));
    assert.ok(folders.length <= 2, `round ${round} left ${folders.length} folders`);
    const whole = join(base.path, `whole-${round}`);
    await using fresh = await startKiroframeSandbox();
    const full = await runHere([...exportFlags(whole, mlflow), ...kiroframeFlags(fresh), "--no-report"]);
    assert.equal(full.exitCode, 0, full.stderr);
    const [expected, found] = await Promise.all([dataOf((await foldersBelow(whole))[0]), dataOf(folders.at(-1))]);
    assert.deepEqual(found, expected, `round ${round}`);
    assertHolds(kiroframe, fresh);
    await Deno.remove(whole, { recursive: true });
    count.exports++;
  }
  return count;
}

/**
 * A sync's folders in the order in which they were made, as names have no seconds. A folder that was made right before the kill does not
 * say yet whose it is, and stays empty.
 */
async function byNumber(folders: readonly string[]): Promise<string[]> {
  const numbered = await Promise.all(
    folders.map(async (path) => ({ path, number: (await readAbout(path).catch(() => null))?.sync?.number })),
  );
  return numbered.filter(({ number }) => number !== undefined).sort((a, b) => Number(a.number) - Number(b.number))
    .map(({ path }) => path);
}

/** All files of a folder but its summary, which tells what was taken over. */
async function dataOf(folder = ""): Promise<Record<string, string>> {
  const { "summary.json": _, ...files } = await filesOf(folder);
  return files;
}

/** Asserts that one has every row of the other: it may have more, of what is gone from MLflow. */
function assertHolds(kiroframe: KiroframeSandbox, expected: KiroframeSandbox): void {
  for (const [id, { row }] of expected.experiments) assert.deepEqual(kiroframe.experiments.get(id)?.row, row);
  for (const [id, { row }] of expected.runs) assert.deepEqual(kiroframe.runs.get(id)?.row, row);
  assert.deepEqual(kiroframe.models, expected.models);
}
