/**
 * Makes the kept folders of this version: tests/fixtures/folders/VERSION/. Run once for each version, before its release:
 * `deno run -A tests/versions/make_folders.ts`. What is there already is never made again: it is what that version wrote.
 */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { VERSION } from "../../lib/version.ts";
import { EXPORT_FLAGS, IMPORT_FLAGS, Servers, type ServersOptions } from "./servers.ts";

// The same on every machine: the folders' logs and manifests name it.
const BASE = "/tmp/mlflow_export";
const TARGET = fileURLToPath(new URL(`../fixtures/folders/${VERSION}`, import.meta.url));

/** MLflow's last answer to the export that stays unfinished: in the middle of the histories. */
const LAST_CALL = 36;

if (await stat(TARGET).catch(() => null) !== null) throw new Error(`${TARGET} is there already: it stays as it is`);
await mkdir(BASE);
try {
  await make();
  await cp(BASE, TARGET, { recursive: true });
} finally {
  await rm(BASE, { recursive: true });
}

async function make(): Promise<void> {
  await exported("finished");
  await exported("finished-artifacts", { flags: ["--download-artifacts"] });
  await exported("shard-1-of-2", { flags: ["--shard", "1/2"] });
  await exported("shard-2-of-2", { flags: ["--shard", "2/2"] });
  await makeUnfinished();
  await makeSent();
  await makeHalfSent();
  for (const name of await readdir(BASE, { recursive: true })) assert.doesNotMatch(name, /-(?:wal|shm|journal)$/);
}

interface Making {
  readonly flags?: readonly string[];
  readonly servers?: ServersOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** @default {0} */
  readonly exitCode?: number;
}

async function exported(
  name: string,
  { flags = [], servers = {}, env = {}, exitCode = 0 }: Making = {},
): Promise<void> {
  await using running = await Servers.start(servers);
  const outcome = await running.run(["export", ...EXPORT_FLAGS, "--base-dir", BASE, ...flags], env);
  assert.equal(outcome.exitCode, exitCode, outcome.stderr);
  const made = (await readdir(BASE)).filter((found) => /^\d{8}_/.test(found));
  assert.equal(made.length, 1);
  await rename(join(BASE, made[0] ?? ""), join(BASE, name));
}

/**
 * A checkpoint is made about once a second, of the runs that are written by then: so the histories come one by one and slowly, until
 * MLflow goes away.
 */
async function makeUnfinished(): Promise<void> {
  await exported("unfinished", {
    flags: ["--concurrency", "1"],
    servers: {
      mlflow: {
        bulkRunIds: 1,
        latencyMs: 300,
        faults: [{ match: ({ number }) => number > LAST_CALL, action: { kind: "status", status: 503 } }],
      },
    },
    env: { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" },
    exitCode: 5,
  });
  const path = join(BASE, "unfinished");
  const state = new DatabaseSync(join(path, ".state.sqlite"));
  const checkpoint = JSON.parse(String(state.prepare("SELECT value FROM kept WHERE name = 'checkpoint'").get()?.value));
  state.close();
  assert.ok((await stat(join(path, "runs.json"))).size > 0);
  assert.ok(checkpoint.progress.finished.length > 0, "no experiment is done");
  assert.notEqual(checkpoint.progress.last, null, "no experiment is half done");
}

/** Sent with --only-changed: what it remembers lies beside the folders, and outlives versions too. */
async function makeSent(): Promise<void> {
  await cp(join(BASE, "finished"), join(BASE, "sent"), { recursive: true });
  await using servers = await Servers.start();
  const outcome = await servers.run(["import", join(BASE, "sent"), ...IMPORT_FLAGS, "--only-changed"]);
  assert.equal(outcome.exitCode, 0, outcome.stderr);
}

/** One run is refused; then Kiroframe goes away, and the rest is not sent. */
async function makeHalfSent(): Promise<void> {
  const folder = join(BASE, "half-sent");
  await cp(join(BASE, "finished"), folder, { recursive: true });
  await using servers = await Servers.start({
    kiroframe: {
      faults: [
        { match: ({ number }) => number === 6, action: { kind: "status", status: 422, body: "no thanks" } },
        { match: ({ number }) => number > 9, action: { kind: "status", status: 503 } },
      ],
    },
  });
  const outcome = await servers.run(["import", folder, ...IMPORT_FLAGS, "--import-concurrency", "1"], {
    KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "0",
  });
  assert.equal(outcome.exitCode, 5, outcome.stderr);
  const { experiments, runs } = servers.kiroframe;
  assert.ok(experiments.size === 4 && runs.size > 0, "no run was acknowledged");
  // What Kiroframe says that it took, rather than what the folder remembers of it.
  const acknowledged = [...experiments.keys(), ...runs.keys()];
  await writeFile(join(BASE, "half-sent.json"), JSON.stringify({ acknowledged }, null, 2) + "\n");
}
