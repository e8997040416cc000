import assert from "node:assert/strict";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { LAYOUT } from "../../lib/folder/layout.ts";
import { removeStillborn } from "../../lib/folder/stillborn.ts";
import { silentLogger } from "../../lib/logger.ts";

const LATER_MS = 61_000;

/** What is left below a base folder that had one folder, as it was made and then changed. */
async function left(
  change: (folder: ExportFolder) => Promise<void> | void,
  { laterMs = LATER_MS, isLocked = false } = {},
): Promise<number> {
  const base = await Deno.makeTempDir();
  const folder = await ExportFolder.create(base);
  try {
    await change(folder);
    if (!isLocked) await folder.close();
    await removeStillborn(base, silentLogger, Date.now() + laterMs);
    return (await readdir(base)).length;
  } finally {
    if (isLocked) await folder.close();
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("removeStillborn() removes a folder that was made and no more", async () => {
  assert.equal(await left(() => {}), 0);
  assert.equal(await left(({ path }) => writeFile(join(path, `${LAYOUT.about}.part`), "{")), 0);
});

Deno.test("removeStillborn() leaves one alone that is young, locked, or holds anything", async () => {
  assert.equal(await left(() => {}, { laterMs: 0 }), 1);
  assert.equal(await left(() => {}, { isLocked: true }), 1);
  assert.equal(await left(({ state }) => state.keep("experiments", [])), 1);
  assert.equal(await left(({ state }) => (state.addRun({ runId: "r", startTime: 1, cells: [] }), state.save())), 1);
  for (const name of [LAYOUT.about, LAYOUT.log, LAYOUT.runs, `${LAYOUT.artifacts}/file`]) {
    assert.equal(await left(({ path }) => writeFile(join(path, name), "")), 1, name);
  }
});

Deno.test("removeStillborn() leaves folders alone that are not ours, whatever they are called", async () => {
  const base = await Deno.makeTempDir();
  for (const name of ["20261128_1204_555203", "20261128_1205_555203", "mine"]) await mkdir(join(base, name));
  await mkdir(join(base, "20261128_1204_555203", LAYOUT.artifacts));
  const state = join(base, "20261128_1205_555203", LAYOUT.state);
  await writeFile(state, "not a database");
  await utimes(state, 1, 1);
  await removeStillborn(base, silentLogger, Date.now() + LATER_MS);
  await removeStillborn(join(base, "nothing"), silentLogger);
  assert.equal((await readdir(base)).length, 3);
  await Deno.remove(base, { recursive: true });
});
