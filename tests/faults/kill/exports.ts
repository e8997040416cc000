/** Exports and imports that are killed at random moments and gone on with until they are done. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startKiroframeSandbox } from "../../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox } from "../../../sandbox/kiroframe/types.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import type { World } from "../../../sandbox/world/mod.ts";
import { generateWorld } from "../../../sandbox/world/generator.ts";
import { randomOf } from "../../jobs/changes.ts";
import { childCommand, runHere, SEED, temporaryFolder } from "../program.ts";
import { assertHeld, assertWhole, exportFlags, filesOf, heldBy, kiroframeFlags } from "../truth.ts";

/** What was done. */
export interface KillCount {
  /** Exports that were killed, gone on with, and compared. */
  exports: number;
  /** Imports likewise. */
  imports: number;
  /** Times a process was killed at its work. */
  kills: number;
  /** Kills by what the process had reached. */
  readonly phases: Record<string, number>;
}

/** How much is done. */
export interface KillOptions {
  /** Exports, and as many imports. */
  readonly rounds: number;
  /** Rounds side by side. */
  readonly atOnce: number;
}

const MLFLOW_LATENCY_MS = 8;
const KIROFRAME_LATENCY_MS = 8;

/** Kills of one round at most: after that it is left to end. */
const MAX_KILLS = 2;

/** Kills and resumes; throws where what comes out differs from what an undisturbed run leaves. */
export async function killAndResume({ rounds, atOnce }: KillOptions): Promise<KillCount> {
  const count: KillCount = { exports: 0, imports: 0, kills: 0, phases: {} };
  const world = killWorld();
  await using base = await temporaryFolder();
  const truth = await undisturbed(world, join(base.path, "truth"));
  const random = randomFrom(SEED);
  let next = 0;
  async function lane(): Promise<void> {
    while (next < rounds) {
      const baseDir = join(base.path, `round-${next++}`);
      await using mlflow = await startMlflowSandbox({ world, latencyMs: MLFLOW_LATENCY_MS });
      const folder = await killedExport(mlflow, baseDir, { random, count, calls: truth.exportCalls });
      await assertWhole(folder, truth.files);
      count.exports++;
      await using kiroframe = await startKiroframeSandbox({ latencyMs: KIROFRAME_LATENCY_MS });
      await killedImport(kiroframe, folder, { random, count, calls: truth.importCalls });
      assertHeld(kiroframe, truth.held);
      count.imports++;
      await Deno.remove(baseDir, { recursive: true });
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane));
  return count;
}

function killWorld(): World {
  return generateWorld({ experiments: 3, runs: 12, metrics: 2, points: 20, datasets: 1, files: 1, models: 2 });
}

interface Truth {
  readonly files: Readonly<Record<string, string>>;
  readonly held: unknown;
  readonly exportCalls: number;
  readonly importCalls: number;
}

async function undisturbed(world: World, baseDir: string): Promise<Truth> {
  await using mlflow = await startMlflowSandbox({ world });
  await using kiroframe = await startKiroframeSandbox();
  const exported = await runChildToEnd(exportArgs(mlflow, baseDir));
  assert.equal(exported, 0);
  const [folder = ""] = await foldersBelow(baseDir);
  assert.equal(await runChildToEnd(["import", folder, ...kiroframeFlags(kiroframe)]), 0);
  assert.equal((await runHere(["verify", folder])).exitCode, 0);
  return {
    files: await filesOf(folder),
    held: heldBy(kiroframe),
    exportCalls: mlflow.requestCount,
    importCalls: kiroframe.requestCount,
  };
}

/** What every killed child is given. */
export interface Tools {
  readonly random: () => number;
  readonly count: KillCount;
  /** How many calls the work takes when nothing disturbs it. */
  readonly calls: number;
}

async function killedExport(mlflow: MlflowSandbox, baseDir: string, tools: Tools): Promise<string> {
  for (let kills = 0;; kills++) {
    const [folder] = await foldersBelow(baseDir);
    // A process that was killed before it made export.json left nothing to go on with: a user starts anew.
    const begun = folder !== undefined && await exists(join(folder, "export.json"));
    if (folder !== undefined && !begun) await Deno.remove(folder, { recursive: true });
    const args = [...exportArgs(mlflow, baseDir), ...(begun ? ["--resume", folder] : [])];
    const code = await killedChild(args, { ...tools, server: mlflow, isLast: kills === MAX_KILLS });
    if (code === 0) return (await foldersBelow(baseDir))[0] ?? "";
    assert.equal(code, null, `an export that was killed ${kills} times ended with ${code}`);
    tools.count.phases[await phaseOf(baseDir)] = (tools.count.phases[await phaseOf(baseDir)] ?? 0) + 1;
  }
}

async function killedImport(kiroframe: KiroframeSandbox, folder: string, tools: Tools): Promise<void> {
  for (let kills = 0;; kills++) {
    const args = ["import", folder, ...kiroframeFlags(kiroframe)];
    const code = await killedChild(args, { ...tools, server: kiroframe, isLast: kills === MAX_KILLS });
    if (code === 0) return;
    assert.equal(code, null, `an import that was killed ${kills} times ended with ${code}`);
    const phase = kiroframe.experiments.size === 0
      ? "import: nothing sent"
      : kiroframe.runs.size === 0
      ? "import: experiments"
      : kiroframe.models === null
      ? "import: runs"
      : "import: models sent";
    tools.count.phases[phase] = (tools.count.phases[phase] ?? 0) + 1;
  }
}

/** How one child is killed. */
export interface Killing extends Tools {
  /** The server that the child calls: how far it is shows there, however busy this machine. */
  readonly server: { readonly requestCount: number };
  /** True lets the child end by itself. */
  readonly isLast: boolean;
}

/**
 * Runs a child and kills it: as soon as it has made a random share of the calls that the work takes, and up to 40 ms later (which
 * reaches behind the last call). Returns its exit code, null where the kill came first.
 */
export async function killedChild(
  args: readonly string[],
  { random, count, calls, server, isLast }: Killing,
): Promise<number | null> {
  const child = childCommand(args).spawn();
  const output = child.output();
  const wanted = server.requestCount + Math.round(random() * calls);
  const laterMs = random() * 40;
  let isOver = isLast;
  async function kill(): Promise<void> {
    while (!isOver && server.requestCount < wanted) await pause(1);
    await pause(laterMs);
    if (!isOver) child.kill("SIGKILL");
  }
  const killing = kill().catch(() => {});
  const { code, signal, stderr } = await output;
  isOver = true;
  await killing;
  if (signal === "SIGKILL") {
    count.kills++;
    return null;
  }
  if (code !== 0) throw new Error(`exit ${code}: ${new TextDecoder().decode(stderr)}`);
  return code;
}

function pause(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}

async function runChildToEnd(args: readonly string[]): Promise<number> {
  return (await childCommand(args).output()).code;
}

function exportArgs(mlflow: MlflowSandbox, baseDir: string): string[] {
  return ["export", ...exportFlags(baseDir, mlflow), "--concurrency", "4"];
}

/** The export folders of a base folder. */
export async function foldersBelow(baseDir: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(baseDir)).catch(() => []);
  return entries.map(({ name }) => name).filter((name) => /^\d{8}_/.test(name)).map((name) => join(baseDir, name));
}

/** How far a killed export had come, by the files that it left. */
async function phaseOf(baseDir: string): Promise<string> {
  const [folder] = await foldersBelow(baseDir);
  if (folder === undefined || !await exists(join(folder, "export.json"))) return "export: no folder";
  if (await exists(join(folder, "summary.json"))) return "export: summary written";
  if (await exists(join(folder, "runs.csv"))) return "export: whole files";
  if (await exists(join(folder, "runs.json"))) return "export: rows";
  return "export: experiments";
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  const random = randomOf(seed);
  return () => random(2 ** 32) / 2 ** 32;
}
