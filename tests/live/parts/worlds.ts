/**
 * A seeded server of each release with both exports of it: the judge's and ours.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Outcome, runOurs, runReference } from "./programs.ts";
import { type ProxiedCall, startCountingProxy } from "./proxy.ts";
import type { RecordedCall } from "./receiver.ts";
import { seedServer } from "../seed/mod.ts";
import { type MlflowVersion, type RealMlflow, startRealMlflow } from "./servers.ts";
import { venvPython } from "./venvs.ts";

/** What the comparison is made from. */
export interface World extends AsyncDisposable {
  readonly server: RealMlflow;
  /** As both programs were given it. */
  readonly trackingUrl: string;
  /** What the judge wrote: the reference, or on 1.24.0 what MLflow's own client returned. */
  readonly judgeFolder: string;
  /** What the reference sent to Kiroframe; undefined on 1.24.0. */
  readonly judgeCalls: readonly RecordedCall[] | undefined;
  /** What the reference asked of MLflow; undefined on 1.24.0. */
  readonly judgeAsked: readonly ProxiedCall[] | undefined;
  /** models.json as the client of the server's own release knows the registry. */
  readonly models: string;
  /** What ours did. */
  readonly ours: Outcome;
  /** What ours asked of MLflow, on every release. */
  readonly oursAsked: readonly ProxiedCall[];
  /** A temporary folder for further exports. */
  readonly baseDir: string;
}

/** The seed's number: LIVE_SEED, else another one each day. */
export function liveSeed(): number {
  const given = Deno.env.get("LIVE_SEED");
  return given ? Number(given) : Math.floor(Date.now() / 86_400_000);
}

/** Pages so small that every listing has several. */
const smallPages = ["--experiment-page-size", "7", "--run-page-size", "60"];

/** Flags of ours: one lane, so that the calls to Kiroframe come in one order. */
export const oursFlags: readonly string[] = [...smallPages, "--import-concurrency", "1"];

/** Starts and fills a server, and exports it twice, first by the judge. */
export async function makeWorld(version: MlflowVersion): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRealMlflow(version));
  await seedServer(server, liveSeed());
  const proxy = stack.use(startCountingProxy(server.url));
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  // One server is given with the slash that import_source_id leaves out.
  const trackingUrl = version === "2.22.5" ? `${proxy.url}/` : proxy.url;
  const judge = await (version === "1.24.0" ? judgeByClient : judgeByReference)(trackingUrl, join(baseDir, "judge"));
  const models = await runPython(version, "models.py", [server.url]);
  const askedBefore = proxy.calls.length;
  const ours = await runOurs({
    trackingUrl,
    baseDir: join(baseDir, "ours"),
    args: oursFlags,
  });
  const owned = stack.move();
  return {
    server,
    trackingUrl,
    judgeFolder: judge.folder,
    judgeCalls: judge.calls,
    judgeAsked: judge.calls && proxy.calls.slice(0, askedBefore),
    models,
    ours,
    oursAsked: proxy.calls.slice(askedBefore),
    baseDir,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface Judgement {
  readonly folder: string;
  readonly calls: readonly RecordedCall[] | undefined;
}

async function judgeByReference(trackingUrl: string, baseDir: string): Promise<Judgement> {
  const reference = await runReference({ trackingUrl, baseDir, args: smallPages });
  if (reference.exitCode !== 0) throw new Error(`The reference failed:\n${reference.said}`);
  return reference;
}

async function judgeByClient(trackingUrl: string, folder: string): Promise<Judgement> {
  await Deno.mkdir(folder);
  await runPython("1.24.0", "runs_1x.py", [trackingUrl, folder]);
  return { folder, calls: undefined };
}

async function runPython(version: MlflowVersion, script: string, args: readonly string[]): Promise<string> {
  const output = await new Deno.Command(await venvPython(`mlflow-${version}`), {
    args: [fileURLToPath(new URL(`../python/${script}`, import.meta.url)), ...args],
    env: { MLFLOW_DISABLE_TELEMETRY: "true" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!output.success) throw new Error(`${script} failed:\n${new TextDecoder().decode(output.stderr)}`);
  return new TextDecoder().decode(output.stdout);
}
