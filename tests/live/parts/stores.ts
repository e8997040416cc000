/**
 * A store read directly beside the server that serves it.
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exportMlflow, type ExportMlflowOptions } from "../../../mod.ts";
import { assertSameText } from "../reference/compare.ts";
import { parseCsv } from "../reference/csv.ts";
import { readTree } from "./folders.ts";
import type { RealMlflow } from "./servers.ts";

/**
 * Exports a server and its store, and holds one folder against the other: all but times, and the server's version, which a store does not
 * tell.
 *
 * @param joinsAnyhow Whether the database joins tables in the order of its plan of the day: the server asks for no order of a model's tags
 * and aliases, nor of a run's datasets.
 */
export async function assertSameStore(
  server: RealMlflow,
  { joinsAnyhow = false, ...options }: Partial<ExportMlflowOptions> & { readonly joinsAnyhow?: boolean } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "exports-" });
  const filesOf = async (trackingUrl: string, name: string): Promise<Map<string, string>> => {
    const { folderPath, failures } = await exportMlflow({ trackingUrl, baseDir: join(folder, name), ...options });
    assert.deepEqual(failures, []);
    const files = await readTree(folderPath);
    for (const path of files.keys()) if (/^\.state|^export\.(log|json)$|^report\.html$/.test(path)) files.delete(path);
    const summary = files.get("summary.json") ?? "";
    return files.set("summary.json", summary.replace(/"mlflow_version": ("[\d.]+"|null)/, '"mlflow_version": "…"'));
  };
  try {
    const served = await filesOf(server.url, "server");
    const read = await filesOf(server.store, "store");
    assert.deepEqual([...read.keys()], [...served.keys()]);
    if (joinsAnyhow) { for (const files of [read, served]) putInOrder(files); }
    for (const [path, text] of served) assertSameText(read.get(path) ?? "", text, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Sorts what no query sorts; of summary.json goes what tells the bytes of such files. */
function putInOrder(files: Map<string, string>): void {
  const models = JSON.parse(files.get("models.json") ?? "", sortedLists);
  files.set("models.json", JSON.stringify(models, (_, value) => isObject(value) ? sortedKeys(value) : value));
  files.set("runs.json", linesOf(files, "runs.json").map(runInOrder).join("\n"));
  files.set("experiments_runs_datasets.json", linesOf(files, "experiments_runs_datasets.json").toSorted().join("\n"));
  const basic = parseCsv(files.get("runs_basic.csv") ?? "");
  files.set(
    "runs_basic.csv",
    JSON.stringify(basic.map((row) => [...row.slice(0, -1), row.at(-1)?.split(";").toSorted()])),
  );
  const summary = JSON.parse(files.get("summary.json") ?? "");
  for (const name of ["models.json", "runs.json", "experiments_runs_datasets.json", "runs_basic.csv"]) {
    summary.files[name].sha256 = "…";
  }
  files.set("summary.json", JSON.stringify(summary, null, 2));
}

/** A line of runs.json ends with the run's datasets. */
function runInOrder(line: string): string {
  const end = line.lastIndexOf(', "datasets": [');
  return line.slice(0, end) + JSON.stringify(JSON.parse(`{${line.slice(end + 2)}`, sortedLists));
}

function linesOf(files: ReadonlyMap<string, string>, name: string): string[] {
  return (files.get(name) ?? "").split("\n").filter((line) => line !== "");
}

function sortedLists(key: string, value: unknown): unknown {
  if (!/^(aliases|datasets|dataset_names)$/.test(key) || !Array.isArray(value)) return value;
  return value.map((item) => JSON.stringify(item)).sort();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortedKeys(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1));
}
