/** Syncs of stores that are read without a server: SQLite, and a folder. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobContext } from "../../lib/jobs/context.ts";
import { runExport } from "../../lib/jobs/export.ts";
import { runSync, type SyncJob } from "../../lib/jobs/sync.ts";
import { silentProgress } from "../../lib/logger.ts";
import type { World } from "../../sandbox/world/mod.ts";
import { type Folder, makeFolder } from "../mlflow/store/files/folder.ts";
import { writeWorld as writeFolder } from "../mlflow/store/files/world_folder.ts";
import { type SchemaVersion, writeWorld as writeDatabase } from "../mlflow/store/sql/world_database.ts";
import { changeOneThing, randomOf, smallWorld } from "./changes.ts";
import { filesOf } from "./sync_lab.ts";

const ROUNDS = 8;

/** A store on disk, and how it is made anew. */
interface StoreOnDisk extends AsyncDisposable {
  readonly trackingUrl: string;
  readonly write: (world: World) => Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<StoreOnDisk>>> = {
  "SQLite": () => sqlite("3.17.2"),
  "SQLite of MLflow 1.24": () => sqlite("1.24.0"),
  "a folder": files,
};

async function sqlite(version: SchemaVersion): Promise<StoreOnDisk> {
  const folder = await mkdtemp(join(tmpdir(), "sync-sqlite-"));
  const path = join(folder, "mlflow.db");
  return {
    trackingUrl: `sqlite:///${path}`,
    async write(world): Promise<void> {
      await rm(path, { force: true });
      writeDatabase(path, world, version);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function files(): Promise<StoreOnDisk> {
  const folder: Folder = makeFolder();
  return Promise.resolve({
    trackingUrl: folder.root,
    async write(world): Promise<void> {
      for (const name of await readdir(folder.root)) await rm(join(folder.root, name), { recursive: true });
      writeFolder(folder, world);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.resolve(folder[Symbol.dispose]());
    },
  });
}

function jobOf(trackingUrl: string, baseDir: string): SyncJob {
  return {
    export: {
      importType: "mlflow",
      source: { trackingUrl, env: {}, experimentPageSize: 200, runPageSize: 1000, concurrency: 8 },
      rows: {},
      privacy: { redact: [], excludeTags: [], excludeParams: [] },
      baseDir,
    },
    import: null,
    keep: 2,
    isFull: false,
    fullEveryMs: 7 * 86_400_000,
  };
}

const CONTEXT: JobContext = {
  logger: { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} },
  progress: silentProgress,
  hide(): void {},
  redact: (text) => text,
  openLog(): void {},
  tell(): void {},
  advise(): void {},
};

for (const [name, make] of Object.entries(STORES)) {
  Deno.test(`runSync() of ${name} takes over what is as it was, and writes what a full export writes`, async () => {
    await using store = await make();
    const base = await mkdtemp(join(tmpdir(), "sync-"));
    const world = smallWorld();
    const random = randomOf(20261128);
    const changes: string[] = [];
    let [taken, runs] = [0, 0];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        if (round > 0) { for (let i = random(20); i >= 0; i--) changes.push(changeOneThing(world, random)); }
        await store.write(world);
        const job = jobOf(store.trackingUrl, join(base, "synced"));
        const { folderPath, summary } = await runSync(job, CONTEXT);
        const whole = await runExport(
          { ...job.export, baseDir: join(base, "whole") },
          CONTEXT,
          () => Promise.resolve([]),
        );
        const said = `round ${round}: ${changes.slice(-20).join(", ")}`;
        assert.deepEqual(await filesOf(folderPath), await filesOf(whole.folderPath), said);
        taken += summary.counts.takenRuns;
        runs += summary.runs;
      }
    } finally {
      await rm(base, { recursive: true });
    }
    assert.ok(changes.length > 60, `only ${changes.length} changes`);
    assert.ok(taken > runs / 5, `only ${taken} of ${runs} runs were taken over`);
  });
}
