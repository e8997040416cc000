/** What an undisturbed run leaves, to hold every disturbed one against. */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import type { KiroframeSandbox } from "../../sandbox/kiroframe/types.ts";
import type { World } from "../../sandbox/world/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import type { MlflowSandbox } from "../../sandbox/mlflow/mod.ts";

/** Files that tell of the run rather than of what was exported. */
const OF_THE_RUN = /^(?:export\.log|export\.json|report\.html|\.state\.sqlite.*)$/;

/** A world small enough to be exported in a moment, with many pages, histories, files and models. */
export function smallWorld(): World {
  return generateWorld({ experiments: 2, runs: 8, metrics: 2, points: 6, datasets: 1, files: 1, models: 3 });
}

/** Flags for both servers, with pages so small that there are many of them. */
export function flagsFor(baseDir: string, mlflow: { readonly url: string }, kiroframe: KiroframeSandbox): string[] {
  return [...exportFlags(baseDir, mlflow), ...kiroframeFlags(kiroframe)];
}

/** Flags of an export with artifacts, in small pages. */
export function exportFlags(baseDir: string, mlflow: { readonly url: string }): string[] {
  const paging = ["--experiment-page-size", "2", "--run-page-size", "3"];
  return ["--tracking-url", mlflow.url, "--base-dir", baseDir, "--download-artifacts", ...paging];
}

/** Flags of an import. */
export function kiroframeFlags({ url, token }: Pick<KiroframeSandbox, "url" | "token">): string[] {
  return ["--kiroframe-url", url, "--profiling-token", token];
}

/** Every file of an export folder by its name, and its text: without what tells of the run, or of where the folder is. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const path of walk(folder)) {
    const name = relative(folder, path);
    if (OF_THE_RUN.test(name)) continue;
    const text = (await Deno.readTextFile(path)).replaceAll(folder, "FOLDER");
    files[name] = name === "summary.json" ? ofTheExport(text) : text;
  }
  return files;
}

/** The manifest names the folder, so its hash and length are those of the folder's name; what was imported is Kiroframe's to say. */
function ofTheExport(text: string): string {
  const { import: _, reconciliation, ...summary } = JSON.parse(text);
  delete summary.files["artifacts_manifest.json"];
  for (const counts of Object.values<Record<string, unknown>>(reconciliation)) delete counts["acknowledged"];
  return JSON.stringify({ ...summary, reconciliation }, null, 2);
}

async function* walk(folder: string): AsyncGenerator<string> {
  const entries = (await Array.fromAsync(Deno.readDir(folder))).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, isDirectory } of entries) {
    const path = join(folder, name);
    if (isDirectory) yield* walk(path);
    else yield path;
  }
}

/** Everything that Kiroframe holds: rows, and the runs of each experiment in the order of their numbers. */
export function heldBy(kiroframe: KiroframeSandbox): unknown {
  const runs = [...kiroframe.runs.values()];
  return {
    experiments: [...kiroframe.experiments.values()].map(({ experimentId, row }) => ({
      experimentId,
      row,
      runs: runs.filter((run) => run.experimentId === experimentId).sort((a, b) => a.number - b.number)
        .map((run) => ({ number: run.number, runId: run.runId, row: run.row })),
    })).sort((a, b) => (a.experimentId < b.experimentId ? -1 : 1)),
    models: kiroframe.models,
  };
}

/** Asserts that a folder holds what the world holds: as text, not as a hash, so that a difference can be read. */
export async function assertWhole(folder: string, expected: Readonly<Record<string, string>>): Promise<void> {
  const files = await filesOf(folder);
  assert.deepEqual(Object.keys(files), Object.keys(expected));
  for (const [name, text] of Object.entries(expected)) assert.equal(files[name], text, name);
}

/** The same where an experiment was asked for again: its rows stand at the end of the files, so that lines are compared in any order. */
export async function assertSameRows(folder: string, expected: Readonly<Record<string, string>>): Promise<void> {
  const files = await filesOf(folder);
  assert.deepEqual(Object.keys(files), Object.keys(expected));
  for (const [name, text] of Object.entries(expected)) {
    if (name === "summary.json") assert.deepEqual(countsOf(files[name] ?? ""), countsOf(text));
    else assert.deepEqual(files[name]?.split("\n").sort(), text.split("\n").sort(), name);
  }
}

function countsOf(summary: string): unknown {
  const { files, ...counts } = JSON.parse(summary);
  return { ...counts, lines: Object.values<{ lines: number }>(files).map(({ lines }) => lines) };
}

/** Asserts that Kiroframe got every row, in order, and nothing that a correct client does not send. */
export function assertHeld(kiroframe: KiroframeSandbox, expected: unknown): void {
  assert.deepEqual(kiroframe.violations, []);
  assert.deepEqual(heldBy(kiroframe), expected);
}

/** How often each path was asked, for a test that must know that its fault struck. */
export function callsTo(mlflow: MlflowSandbox, path: RegExp): number {
  return mlflow.requests.filter((request) => path.test(request.path)).length;
}
