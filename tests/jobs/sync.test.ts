import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UnreachableError } from "../../lib/errors.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { isFolderName, LAYOUT } from "../../lib/folder/layout.ts";
import type { JobContext } from "../../lib/jobs/context.ts";
import { runExport } from "../../lib/jobs/export.ts";
import { runSync, type SyncJob, type SyncOutcome } from "../../lib/jobs/sync.ts";
import { runVerify } from "../../lib/jobs/verify.ts";
import { silentProgress } from "../../lib/logger.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox } from "../../sandbox/kiroframe/types.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { World } from "../../sandbox/world/mod.ts";
import { changeOneThing, randomOf, smallWorld } from "./changes.ts";

/** What an export leaves that does not depend on when it was made. */
const DATA = ["experiments", "datasets", "runsBasicCsv", "runs", "runsCsv", "models", "manifest"] as const;

class Lab implements AsyncDisposable {
  readonly log: string[] = [];
  #historyCalls = 0;

  private constructor(
    readonly world: World,
    readonly mlflow: MlflowSandbox,
    readonly kiroframe: KiroframeSandbox,
    readonly base: string,
  ) {}

  static async open(world: World): Promise<Lab> {
    const base = await mkdtemp(join(tmpdir(), "sync-"));
    return new Lab(world, await startMlflowSandbox({ world }), await startKiroframeSandbox(), base);
  }

  get context(): JobContext {
    const keep = (message: string): void => void this.log.push(message);
    return {
      logger: { debug(): void {}, info: keep, warn: keep, error: keep },
      progress: silentProgress,
      hide(): void {},
      redact: (text) => text,
      openLog(): void {},
      tell(): void {},
      advise(): void {},
    };
  }

  job(options: Partial<SyncJob> & { readonly baseDir?: string } = {}): SyncJob {
    const { baseDir = join(this.base, "synced"), ...more } = options;
    return {
      export: {
        importType: "mlflow",
        source: {
          trackingUrl: this.mlflow.url,
          env: {},
          experimentPageSize: 200,
          runPageSize: 1000,
          concurrency: 8,
        },
        rows: {
          includeSchemaProfile: true,
          exportModels: true,
          downloadArtifacts: false,
          includeDeleted: false,
          experiments: [],
          sinceMs: null,
          untilMs: null,
          runFilter: "",
          shard: null,
        },
        privacy: { redact: [], excludeTags: [], excludeParams: [] },
        baseDir,
      },
      import: { kiroframeUrl: this.kiroframe.url, profilingToken: this.kiroframe.token, env: {}, nonFinite: "omit" },
      keep: 2,
      isFull: false,
      fullEveryMs: 7 * 86_400_000,
      ...more,
    };
  }

  async sync(options: Parameters<Lab["job"]>[0] = {}, nowMs?: number): Promise<SyncOutcome> {
    return await runSync(this.job(options), this.context, nowMs);
  }

  /** What a full export of this moment leaves. */
  async whole(): Promise<Record<string, string>> {
    const job = { ...this.job().export, baseDir: join(this.base, "whole") };
    const { folderPath } = await runExport(job, this.context, () => Promise.resolve([]));
    const files = await filesOf(folderPath);
    await rm(folderPath, { recursive: true });
    return files;
  }

  /** The history calls since the last time. */
  historyCalls(): number {
    const all = this.mlflow.requests.filter(({ path }) => path.includes("get-history")).length;
    const calls = all - this.#historyCalls;
    this.#historyCalls = all;
    return calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mlflow.close();
    await this.kiroframe.close();
    await rm(this.base, { recursive: true });
  }
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of DATA) {
    texts[name] = (await readFile(join(folder, LAYOUT[name]), "utf8")).replaceAll(folder, "FOLDER");
  }
  return texts;
}

Deno.test("runSync() writes after hundreds of random changes what a full export of the same moment writes", async () => {
  const world = smallWorld();
  await using lab = await Lab.open(world);
  const random = randomOf(20261128);
  const changes: string[] = [];
  let taken = 0;
  for (let round = 0; round < 24; round++) {
    for (let i = random(20); i >= 0; i--) changes.push(changeOneThing(world, random));
    const { folderPath, summary } = await lab.sync();
    taken += summary.counts.takenRuns;
    assert.deepEqual(await filesOf(folderPath), await lab.whole(), `round ${round}: ${changes.slice(-20).join(", ")}`);
  }
  assert.ok(changes.length > 200 && new Set(changes).size === 17, `${changes.length} changes`);
  assert.ok(taken > 80, `only ${taken} runs were taken over`);
});

Deno.test("runSync() asks for no history of a run that is as it was, and for those of one that is not", async () => {
  await using lab = await Lab.open(smallWorld());
  await lab.sync();
  assert.ok(lab.historyCalls() > 0);
  const second = await lab.sync();
  assert.equal(lab.historyCalls(), 0);
  assert.equal(second.summary.counts.takenRuns, 12);
  const run = [...lab.world.runs.values()][4];
  assert.ok(run !== undefined);
  run.endTime = Number(run.endTime) + 1;
  const third = await lab.sync();
  assert.deepEqual([lab.historyCalls(), third.summary.counts.takenRuns], [1, 11]);
});

Deno.test("runSync() sends only what changed", async () => {
  await using lab = await Lab.open(smallWorld());
  await lab.sync();
  const first = lab.kiroframe.requestCount;
  await lab.sync();
  assert.equal(lab.kiroframe.requestCount, first);
  lab.world.addRun({ experimentId: "0" });
  await lab.sync();
  // The new run, and its experiment's row.
  assert.equal(lab.kiroframe.requestCount, first + 2);
  assert.deepEqual(lab.kiroframe.violations, []);
});

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

Deno.test("runSync() lists what was sent once and is gone now, but not what a selection leaves out", async () => {
  const world = smallWorld();
  await using lab = await Lab.open(world);
  await lab.sync();
  const [run] = world.runs.values();
  const [, second] = world.experiments.values();
  assert.ok(run !== undefined && second !== undefined && run.experimentId === "0");
  run.lifecycleStage = "deleted";
  second.lifecycleStage = "deleted";
  const inSecond = world.runsOf(second.id).map(({ id }) => id);
  for (let i = 0; i < 2; i++) {
    const { folderPath } = await lab.sync();
    const gone = JSON.parse(await readFile(join(folderPath, LAYOUT.summary), "utf8")).import.deleted_in_source;
    assert.deepEqual(gone, { experiments: [second.id], runs: [run.id, ...inSecond].sort() });
  }
  assert.equal(lab.log.filter((line) => /^Deleted in the source .* 1 experiment and 7 runs/.test(line)).length, 2);
  const job = lab.job();
  const later = { ...job, export: { ...job.export, rows: { ...job.export.rows, sinceMs: Date.now() } } };
  const { folderPath } = await runSync(later, lab.context);
  assert.equal(
    JSON.parse(await readFile(join(folderPath, LAYOUT.summary), "utf8")).import.deleted_in_source,
    undefined,
  );
  run.lifecycleStage = "active";
  second.lifecycleStage = "active";
  const back = await lab.sync();
  const { import: sent } = JSON.parse(await readFile(join(back.folderPath, LAYOUT.summary), "utf8"));
  assert.deepEqual(sent.deleted_in_source, { experiments: [], runs: [] });
});

Deno.test("runSync() does not take for gone what could not be listed, and has all of it when it can be", async () => {
  const world = smallWorld();
  await using lab = await Lab.open(world);
  await lab.sync();
  const [, second] = world.experiments.values();
  assert.ok(second !== undefined);
  world.damaged.set(second.id, "damaged");
  const { folderPath, failures } = await lab.sync();
  assert.deepEqual(failures, ["the runs of 1 experiment could not be listed"]);
  const { import: sent } = JSON.parse(await readFile(join(folderPath, LAYOUT.summary), "utf8"));
  assert.equal(sent.deleted_in_source, undefined);
  assert.ok(!lab.log.some((line) => line.startsWith("Deleted in the source")));
  world.damaged.clear();
  const mended = await lab.sync();
  assert.deepEqual(mended.failures, []);
  assert.deepEqual(await filesOf(mended.folderPath), await lab.whole());
});

Deno.test("runSync() links the artifacts of unchanged runs, and fetches those of others and what was lost", async () => {
  const world = smallWorld();
  for (const { id, experimentId } of world.runs.values()) {
    world.files.put(`${experimentId}/${id}/artifacts/model/weights.bin`, `of ${id}`);
  }
  await using lab = await Lab.open(world);
  const job = lab.job();
  const withArtifacts = { ...job, export: { ...job.export, rows: { ...job.export.rows, downloadArtifacts: true } } };
  const fetched = (): number => lab.mlflow.requests.filter(({ path }) => path.includes("get-artifact")).length;
  const first = await runSync(withArtifacts, lab.context);
  const before = fetched();
  assert.equal(before, 12);
  const second = await runSync(withArtifacts, lab.context);
  assert.equal(fetched(), before);
  const ids = [...world.runs.keys()];
  const fileOf = (folder: string, id = ""): string => join(folder, "artifacts", id, "model", "weights.bin");
  for (const id of ids) assert.equal(await readFile(fileOf(second.folderPath, id), "utf8"), `of ${id}`);
  assert.equal((await stat(fileOf(second.folderPath, ids[0]))).ino, (await stat(fileOf(first.folderPath, ids[0]))).ino);
  assert.deepEqual((await runVerify(second.folderPath)).problems, []);
  await rm(fileOf(second.folderPath, ids[3]));
  const [, changed] = world.runs.values();
  assert.ok(changed !== undefined);
  changed.endTime = Number(changed.endTime) + 1;
  const third = await runSync(withArtifacts, lab.context);
  assert.equal(fetched(), before + 2);
  assert.deepEqual((await runVerify(third.folderPath)).problems, []);
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

Deno.test("runSync() lists an experiment in one call, and asks for what changed in as few as a full export would", async () => {
  const world = new World();
  for (const name of ["one", "two", "three"]) {
    const { id: experimentId } = world.addExperiment({ name });
    for (let i = 0; i < 400; i++) {
      const run = world.addRun({ experimentId, status: "FINISHED", endTime: world.now() });
      world.logMetric(run, "m", { step: 0, timestamp: world.now(), value: i });
    }
  }
  await using lab = await Lab.open(world);
  await lab.sync();
  lab.historyCalls();
  for (const [index, run] of [...world.runs.values()].entries()) if (index % 150 === 0) run.status = "KILLED";
  const before = lab.mlflow.requests.length;
  const { summary } = await lab.sync();
  const searches = lab.mlflow.requests.slice(before).filter(({ path }) => path.endsWith("runs/search"));
  assert.deepEqual([searches.length, lab.historyCalls(), summary.counts.takenRuns], [4, 1, 1_192]);
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
