/**
 * What a sync costs when little has changed, over the listing that it cannot do without: on a generated server, and on a real one.
 * @module
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startRealMlflow } from "../../tests/live/parts/servers.ts";
import { deno, measure, type Measured } from "../child.ts";
import { startSandbox } from "../sandbox.ts";
import { seedStore } from "../seed.ts";
import type { Context, Goal, PartResult } from "../types.ts";
import { middle, seconds } from "./export.ts";

/** How often listing and sync take turns: the middle of the ratios counts. */
const ROUNDS = 3;

interface Pair {
  readonly listing: Measured;
  readonly sync: Measured;
}

/** Takes the figures of generated servers. */
export async function sync(context: Context): Promise<PartResult> {
  return { goals: [...await ofSandbox(context), await ofDisk(context)], curves: [] };
}

/** Takes that of a real one. */
export async function syncOfReal(context: Context): Promise<PartResult> {
  return { goals: [await ofReal(context)], curves: [] };
}

async function ofSandbox({ scale, folder, say }: Context): Promise<Goal[]> {
  const runs = Math.ceil(20_000 * scale);
  const what = `sync of ${runs.toLocaleString("en")} runs x 10 metrics x 100 points, 20 changed (sandbox)`;
  await using sandbox = await startSandbox({ experiments: 20, runs, metrics: 10, points: 100, params: 10, tags: 4 });
  const baseDir = join(folder, "sandbox");
  const full = await measure(syncOf(sandbox.url, baseDir));
  let before = await sandbox.change(20);
  const fullCalls = before;
  say(`full ${seconds(full.ms)}, ${fullCalls} calls`);
  const pairs: Pair[] = [];
  let calls = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const listing = await measure(deno("bench/programs/same_calls.ts", sandbox.url));
    before = await sandbox.change(20);
    const sync = await measure(syncOf(sandbox.url, baseDir));
    calls = await sandbox.change(20) - before;
    say(told({ listing, sync }, `, ${calls} calls`));
    pairs.push({ listing, sync });
  }
  const peak = Math.max(...pairs.map(({ sync }) => sync.peakMb));
  return [overListing(what, 1.2, pairs), {
    what: `${what}: calls, over those of the full export`,
    rule: "at most",
    limit: 0.03,
    measured: calls / fullCalls,
    unit: "x",
    from: `${calls}, ${fullCalls}`,
  }, {
    what: `${what}: peak memory`,
    rule: "at most",
    limit: 300,
    measured: peak,
    unit: "MB",
    from: `the greatest of ${ROUNDS}`,
  }];
}

async function ofReal({ folder, say }: Context): Promise<Goal> {
  await using server = await startRealMlflow("3.17.2", { workers: 4 });
  seedStore(server.folder, { experiments: 20, runs: 20, metrics: 10, points: 100, params: 10, tags: 4 });
  const baseDir = join(folder, "real");
  await measure(syncOf(server.url, baseDir));
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS + 2; round++) {
    const listing = await measure(deno("bench/programs/same_calls.ts", server.url));
    endOtherwise(server.folder, 4);
    const sync = await measure(syncOf(server.url, baseDir));
    say(told({ listing, sync }));
    pairs.push({ listing, sync });
  }
  return overListing("sync of 400 runs x 10 metrics x 100 points, 4 changed, MLflow 3.17.2", 1.3, pairs);
}

/** A second folder of which nothing changed, with artifacts. */
async function ofDisk({ scale, folder, say }: Context): Promise<Goal> {
  const runs = Math.ceil(1_000 * scale);
  const [files, fileBytes] = [2, 200_000];
  await using sandbox = await startSandbox({ experiments: 20, runs, metrics: 10, points: 100, files, fileBytes });
  const baseDir = join(folder, "disk");
  const command = [...syncOf(sandbox.url, baseDir), "--download-artifacts"];
  await measure(command);
  const first = await bytesOnDisk(baseDir);
  await measure(command);
  const both = await bytesOnDisk(baseDir);
  say(`${first} bytes, ${both} with a second folder`);
  return {
    what: `disk for a second folder of ${
      runs.toLocaleString("en")
    } unchanged runs with ${files} artifacts of 200 KB each, over the first`,
    rule: "at most",
    limit: 0.05,
    measured: (both - first) / first,
    unit: "x",
    from: `${((both - first) / 1e6).toFixed(1)} MB, ${(first / 1e6).toFixed(1)} MB`,
  };
}

function syncOf(trackingUrl: string, baseDir: string): string[] {
  return deno("main.ts", "sync", "--no-import-to-kiroframe", "--tracking-url", trackingUrl, "--base-dir", baseDir);
}

function told({ listing, sync }: Pair, more = ""): string {
  return `listing ${seconds(listing.ms)}, sync ${seconds(sync.ms)} (CPU ${sync.cpuS.toFixed(1)} s, ${
    sync.peakMb.toFixed(0)
  } MB${more})`;
}

function overListing(what: string, limit: number, pairs: readonly Pair[]): Goal {
  const [listingMs, syncMs] = [
    middle(pairs.map(({ listing }) => listing.ms)),
    middle(pairs.map(({ sync }) => sync.ms)),
  ];
  return {
    what: `${what}: over the listing alone`,
    rule: "at most",
    limit,
    measured: middle(pairs.map(({ listing, sync }) => sync.ms / listing.ms)),
    unit: "x",
    from: `${seconds(syncMs)}, listing ${seconds(listingMs)} (middle of ${pairs.length})`,
  };
}

function endOtherwise(folder: string, runs: number): void {
  using database = new DatabaseSync(join(folder, "mlflow.db"));
  database.exec(`
    PRAGMA busy_timeout = 20000;
    UPDATE runs SET status = CASE status WHEN 'KILLED' THEN 'FINISHED' ELSE 'KILLED' END
    WHERE run_uuid IN (SELECT run_uuid FROM runs ORDER BY run_uuid LIMIT ${runs});
  `);
}

/** What is linked is counted once. */
async function bytesOnDisk(folder: string): Promise<number> {
  const { stdout } = await new Deno.Command("du", { args: ["-s", "-B1", folder], stdout: "piped" }).output();
  return parseInt(new TextDecoder().decode(stdout));
}
