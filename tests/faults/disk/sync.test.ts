/** A disk that becomes full while a sync is at work: on a small tmpfs, where this process may mount. */
import assert from "node:assert/strict";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { startKiroframeSandbox } from "../../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { withMount } from "./mount.ts";
import { runHere, say, temporaryFolder } from "../program.ts";
import { assertWhole, exportFlags, filesOf, flagsFor } from "../truth.ts";

/** Bytes left on the disk: full at once, over the folder's state, over rows that are copied, over what is made at the end. */
const ROOM = [0, 8_000, 60_000, 300_000, 700_000];

/** Ended runs whose histories take some 700 KB. */
function worldOfRuns(): World {
  const world = new World();
  const { id } = world.addExperiment({ name: "ended" });
  for (let number = 0; number < 10; number++) {
    const run = world.addRun({ experimentId: id, status: "FINISHED", endTime: world.now() });
    for (let step = 0; step < 1000; step++) world.logMetric(run, "loss", { step, timestamp: step, value: step / 7 });
    world.files.put(`${id}/${run.id}/artifacts/notes.txt`, `of ${number}`);
  }
  return world;
}

Deno.test("a disk that fills up during a sync ends it with 1; nothing is lost, and the next one with room goes on", async () => {
  const world = worldOfRuns();
  await using mlflow = await startMlflowSandbox({ world });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  const disk = join(folder.path, "disk");
  await Deno.mkdir(disk);
  const sync = (): ReturnType<typeof runHere> => runHere(["sync", ...flagsFor(disk, mlflow, kiroframe)]);
  const dated = async (): Promise<string[]> => (await readdir(disk)).filter((name) => /^\d/.test(name)).sort();
  let full = 0;
  const mounted = await withMount(["-t", "tmpfs", "-o", "size=20m", "tmpfs"], disk, async () => {
    assert.equal((await sync()).exitCode, 0);
    for (const [round, room] of ROOM.entries()) {
      const before = await dated();
      const held = await Promise.all(before.map((name) => filesOf(join(disk, name))));
      for (const run of [...world.runs.values()].slice(round, round + 2)) run.status = "KILLED";
      await fill(disk, room);
      const failed = await sync();
      if (failed.exitCode !== 0) {
        full++;
        assert.equal(failed.exitCode, 1, failed.stderr);
        assert.match(failed.stderr, /no space is left|disk is full|ENOSPC/i);
      }
      for (const [index, name] of before.entries()) {
        if ((await dated()).includes(name)) assert.deepEqual(await filesOf(join(disk, name)), held[index], name);
      }
      await Deno.remove(join(disk, "filler"));
      const next = await sync();
      assert.equal(next.exitCode, 0, next.stderr);
      const whole = await temporaryFolder();
      await runHere(["export", ...exportFlags(whole.path, mlflow)]);
      const newest = await ExportFolder.latest(disk) ?? "";
      await assertWhole(newest, await filesOf(await whole.exported()));
      await whole[Symbol.asyncDispose]();
      assert.equal((await runHere(["verify", newest])).exitCode, 0);
      const statuses = [...kiroframe.runs.values()].map(({ row }) => (row as { readonly status: string }).status);
      assert.equal(statuses.filter((status) => status === "KILLED").length, round + 2);
    }
    assert.ok((await dated()).length <= 3, "folders are left behind");
  });
  assert.ok(!mounted || full >= 3, `the disk was full in ${full} rounds`);
  say(
    mounted ? `a disk full in ${full} of ${ROOM.length} syncs: a tmpfs of 20 MB` : "a disk full during a sync: skipped",
  );
});

/** Leaves so much room. */
async function fill(disk: string, room: number): Promise<void> {
  const path = join(disk, "filler");
  await writeFile(path, new Uint8Array(20 << 20)).catch(() => {});
  await Deno.truncate(path, Math.max(0, (await stat(path)).size - room));
}
