/**
 * What MLflow's own client of an environment writes and sees, as the judge of an export.
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Environment } from "../../../lib/environment.ts";
import { readLines } from "./folders.ts";

/** A run as the client sees it, in the words of runs.json. */
export interface ClientRun {
  readonly run_id: string;
  readonly metrics_history: Readonly<Record<string, readonly unknown[]>>;
  /** SHA-256 by path; undefined where no files were asked for. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Which client, and of which server. */
export interface ClientOptions {
  /** The environment's Python. */
  readonly python: string;
  readonly trackingUrl: string;
  /** Further variables, as the client reads them. @default {{}} */
  readonly env?: Environment;
}

/** What was compared. */
export interface Compared {
  readonly experiments: number;
  readonly runs: number;
  readonly points: number;
  readonly files: number;
}

/** Fills a server through the client; one that knows nothing but runs with no more than those. */
export async function seedByClient(
  options: ClientOptions & { readonly runs: number; readonly hasOnlyRuns?: boolean },
): Promise<void> {
  const { trackingUrl, runs, hasOnlyRuns } = options;
  await runScript("seed_client.py", [trackingUrl, String(runs), ...(hasOnlyRuns ? ["runs"] : [])], options);
}

/** Makes an account that may not read an experiment and a registered model, both by name. */
export async function restrictAccount(
  options: ClientOptions,
  account: Readonly<Record<"username" | "password" | "experiment" | "model", string>>,
): Promise<void> {
  const { username, password, experiment, model } = account;
  await runScript("restrict.py", [options.trackingUrl, username, password, experiment, model], options);
}

/** Returns every run that the client sees, with its files if they are asked for. */
export async function clientView(
  options: ClientOptions & { readonly withFiles?: boolean },
): Promise<readonly ClientRun[]> {
  const folder = await Deno.makeTempDir({ prefix: "client-" });
  try {
    const said = await runScript(
      "client_view.py",
      [options.trackingUrl, ...(options.withFiles ? [folder] : [])],
      options,
    );
    return said.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Returns models.json as the client knows the registry. */
export async function clientModels(options: ClientOptions): Promise<unknown> {
  return JSON.parse(await runScript("models.py", [options.trackingUrl], options));
}

/** Compares an export run by run: state, times, tags, params, latest metrics, whole histories, and the files if the client fetched them. */
export async function assertSameAsClient(folder: string, view: readonly ClientRun[]): Promise<Compared> {
  const rows = (await readLines(folder, "runs.json")).map((line) => JSON.parse(line));
  const byId = new Map(rows.map((row) => [row.run_id, row]));
  assert.deepEqual([...byId.keys()].sort(), view.map(({ run_id }) => run_id).sort());
  assert.equal(rows.length, view.length, "a run came twice");
  for (const { files, ...seen } of view) {
    const row = byId.get(seen.run_id);
    const exported = Object.fromEntries(Object.keys(seen).map((key) => [key, row[key]]));
    assert.deepEqual(exported, seen, `run ${seen.run_id}`);
    for (const [path, hash] of Object.entries(files ?? {})) {
      const content = await Deno.readFile(join(folder, "artifacts", seen.run_id, path));
      assert.equal(createHash("sha256").update(content).digest("hex"), hash, `${seen.run_id}/${path}`);
    }
  }
  const sum = (count: (run: ClientRun) => number): number => view.reduce((total, run) => total + count(run), 0);
  return {
    experiments: new Set(rows.map((row) => row.experiment_id)).size,
    runs: rows.length,
    points: sum(({ metrics_history }) => Object.values(metrics_history).flat().length),
    files: sum(({ files = {} }) => Object.keys(files).length),
  };
}

async function runScript(name: string, args: readonly string[], { python, env }: ClientOptions): Promise<string> {
  const output = await new Deno.Command(python, {
    args: [fileURLToPath(new URL(`../python/${name}`, import.meta.url)), ...args],
    env: { MLFLOW_DISABLE_TELEMETRY: "true", PYTHONWARNINGS: "ignore", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (output.success) return new TextDecoder().decode(output.stdout);
  throw new Error(`${name} failed:\n${new TextDecoder().decode(output.stderr)}`);
}
