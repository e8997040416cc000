import assert from "node:assert/strict";
import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { UnreachableError } from "../../lib/errors.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { isFolderName, LAYOUT } from "../../lib/folder/layout.ts";
import { runExport } from "../../lib/jobs/export.ts";
import { runSync, type SyncJob } from "../../lib/jobs/sync.ts";
import { runVerify } from "../../lib/jobs/verify.ts";
import { smallWorld } from "./changes.ts";
import { filesOf, Lab } from "./sync_lab.ts";

Deno.test("runSync() keeps the last folders that it made, and no others are removed", async () => {
  await using lab = await Lab.open(smallWorld());
  const own = await runExport({ ...lab.job().export }, lab.context, () => Promise.resolve([]));
  const made: string[] = [];
  for (let i = 0; i < 4; i++) made.push((await lab.sync({ keep: 3 })).folderPath);
  const there = await Promise.all(
    [own.folderPath, ...made].map((path) => readFile(join(path, "runs.json")).then(() => true, () => false)),
  );
  assert.deepEqual(there, [true, false, true, true, true]);
  assert.equal((await lab.sync({ keep: 1 })).removed.length, 3);
});

Deno.test("runSync() reads all again when asked to, when it is time, and when the clock was set back", async () => {
  await using lab = await Lab.open(smallWorld());
  const day = 86_400_000;
  const now = Date.now();
  const taken = async (options: Partial<SyncJob>, nowMs: number): Promise<number> =>
    (await lab.sync(options, nowMs)).summary.counts.takenRuns;
  assert.equal(await taken({}, now), 0);
  assert.equal(await taken({}, now + 6 * day), 12);
  assert.equal(await taken({ isFull: true }, now + 6 * day), 0);
  assert.equal(await taken({}, now + 12 * day), 12);
  assert.equal(await taken({}, now + 13 * day), 0);
  assert.equal(await taken({}, now - day), 0);
  assert.equal(await taken({}, now - day), 12);
});

Deno.test("runSync() reads all again where the folder before was changed by hand, and says so once", async () => {
  await using lab = await Lab.open(smallWorld());
  const { folderPath } = await lab.sync();
  const path = join(folderPath, "runs.json");
  await writeFile(path, (await readFile(path, "utf8")).replace('"value": 0.3', '"value": 0.4'));
  const { folderPath: next, summary } = await lab.sync();
  assert.equal(summary.counts.takenRuns, 0);
  assert.deepEqual(await filesOf(next), await lab.whole());
  assert.equal(lab.log.filter((line) => line.includes("Cannot take anything over")).length, 1);
});

Deno.test("runSync() goes on with a folder that did not end", async () => {
  await using lab = await Lab.open(smallWorld());
  await lab.sync();
  lab.world.addRun({ experimentId: "0", status: "FINISHED", endTime: lab.world.now() });
  lab.kiroframe.setFaults([{ action: { kind: "status", status: 503 } }]);
  await assert.rejects(
    lab.sync({ import: { ...lab.job().import!, env: { KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "0" } } }),
  );
  lab.kiroframe.setFaults([]);
  const { folderPath } = await lab.sync();
  assert.equal(lab.kiroframe.runs.size, 13);
  assert.deepEqual(await filesOf(folderPath), await lab.whole());
});

Deno.test("runSync() begins anew where the folder that did not end was begun with other bounds in time", async () => {
  await using lab = await Lab.open(smallWorld());
  const job = lab.job();
  const between = (sinceMs: number): typeof job => ({ ...job, export: { ...job.export, rows: { sinceMs } } });
  lab.kiroframe.setFaults([{ action: { kind: "status", status: 401 } }]);
  await assert.rejects(runSync(between(1), lab.context));
  lab.kiroframe.setFaults([]);
  await runSync(between(2), lab.context);
  assert.equal((await readdir(job.export.baseDir)).filter((name) => /^\d{8}_/.test(name)).length, 2);
});

Deno.test("runSync() does not see the folders of other options, nor of other sources", async () => {
  await using lab = await Lab.open(smallWorld());
  await lab.sync();
  const job = lab.job();
  const other = { ...job, export: { ...job.export, rows: { ...job.export.rows, includeDeleted: true } } };
  assert.equal((await runSync(other, lab.context)).summary.counts.takenRuns, 0);
  for (const index of [1, 2]) {
    const part = { ...job, export: { ...job.export, rows: { ...job.export.rows, shard: { index, count: 2 } } } };
    assert.equal((await runSync(part, lab.context)).summary.counts.takenRuns, 0);
  }
  const source = { ...job.export.source, trackingUrl: `${lab.mlflow.url}//` };
  assert.equal((await runSync({ ...job, export: { ...job.export, source } }, lab.context)).summary.counts.takenRuns, 0);
  assert.equal((await lab.sync()).summary.counts.takenRuns, 12);
});

Deno.test("runSync() ends with an UnreachableError while another one is at work on the same", async () => {
  await using lab = await Lab.open(smallWorld());
  const both = await Promise.allSettled([lab.sync(), lab.sync()]);
  const refused = both.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 1);
  assert.ok(refused[0]?.reason instanceof UnreachableError);
  assert.equal(lab.kiroframe.runs.size, 12);
});

Deno.test("runSync() removes a folder in which an export was killed before it had begun", async () => {
  await using lab = await Lab.open(smallWorld());
  const baseDir = join(lab.base, "synced");
  const folder = await ExportFolder.create(baseDir, Date.parse("2026-11-28T12:00:00Z"));
  await folder.close();
  await utimes(folder.file("state"), 1, 1);
  const { folderPath } = await lab.sync();
  assert.deepEqual((await readdir(baseDir)).filter(isFolderName), [basename(folderPath)]);
});

Deno.test("runSync() shares no file of the folder before that was changed by hand, and fetches such artifacts again", async () => {
  const world = smallWorld();
  for (const { id, experimentId } of world.runs.values()) {
    world.files.put(`${experimentId}/${id}/artifacts/weights.bin`, `of ${id}`);
  }
  await using lab = await Lab.open(world);
  const job = lab.job();
  const withArtifacts = { ...job, export: { ...job.export, rows: { ...job.export.rows, downloadArtifacts: true } } };
  const { folderPath } = await runSync(withArtifacts, lab.context);
  const right = await filesOf(folderPath);
  const [first = ""] = world.runs.keys();
  const artifact = join(folderPath, "artifacts", first, "weights.bin");
  for (
    const path of [
      artifact,
      ...["runsCsv", "experiments"].map((name) => join(folderPath, LAYOUT[name as "runsCsv"])),
    ]
  ) {
    await writeFile(path, (await readFile(path, "utf8")).replaceAll("1", "2").replaceAll("o", "0"));
  }
  // As an editor leaves it, however soon that was.
  await utimes(artifact, new Date(), new Date(Date.now() + 60_000));
  const second = await runSync(withArtifacts, lab.context);
  assert.equal(second.summary.counts.takenRuns, 12);
  assert.deepEqual(await filesOf(second.folderPath), right);
  assert.equal(await readFile(join(second.folderPath, "artifacts", first, "weights.bin"), "utf8"), `of ${first}`);
  assert.deepEqual((await runVerify(second.folderPath)).problems, []);
});

Deno.test("runSync() says once that the folder before is gone, or cannot be read", async () => {
  await using lab = await Lab.open(smallWorld());
  const damages: readonly ((folder: string) => Promise<void>)[] = [
    (folder) => rm(folder, { recursive: true }),
    (folder) => rm(join(folder, LAYOUT.state)),
    (folder) => writeFile(join(folder, LAYOUT.state), "no database, and longer than nothing"),
    (folder) => writeFile(join(folder, LAYOUT.about), "no JSON"),
  ];
  for (const damage of damages) {
    await damage((await lab.sync({ keep: 1 })).folderPath);
    lab.log.length = 0;
    const { summary } = await lab.sync({ keep: 1 });
    assert.equal(summary.counts.takenRuns, 0);
    await lab.sync({ keep: 1 });
    assert.equal(lab.log.filter((line) => line.startsWith("Cannot take anything over")).length, 1, lab.log.join("\n"));
  }
});

Deno.test("runSync() waits for another one that is at work on the same, where it is told to", async () => {
  await using lab = await Lab.open(smallWorld());
  const [one, other] = await Promise.all([lab.sync({ waitMs: 60_000 }), lab.sync({ waitMs: 60_000 })]);
  assert.deepEqual([one, other].map(({ summary }) => summary.counts.takenRuns).sort(), [0, 12]);
  assert.equal(lab.log.filter((line) => line.includes("waiting until it has ended")).length, 1);
});
