/**
 * A store read directly beside the server that serves it.
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exportMlflow, type ExportMlflowOptions } from "../../../mod.ts";
import { assertSameText } from "../reference/compare.ts";
import { readTree } from "./folders.ts";
import type { RealMlflow } from "./servers.ts";

/**
 * Exports a server and its store, and holds one folder against the other: all but times, and the server's version, which a store does not
 * tell.
 *
 * @param joinsAnyhow Whether the database joins the registry's tables in the order of its plan of the day: the server asks for no order of
 * tags and aliases.
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
    return files.set("summary.json", summary.replace(/"mlflow_version": ("[\d.]+"|null)/, '"mlflow_version": …'));
  };
  try {
    const served = await filesOf(server.url, "server");
    const read = await filesOf(server.store, "store");
    assert.deepEqual([...read.keys()], [...served.keys()]);
    if (joinsAnyhow) {
      assert.deepEqual(modelsOf(read), modelsOf(served));
      for (const files of [read, served]) {
        files.delete("models.json");
        files.set("summary.json", (files.get("summary.json") ?? "").replace(/"models.json": \{[^}]*\}/, ""));
      }
    }
    for (const [path, text] of served) assertSameText(read.get(path) ?? "", text, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The models, whose tags are compared in any order; their aliases are put into one. */
function modelsOf(files: ReadonlyMap<string, string>): unknown {
  return JSON.parse(files.get("models.json") ?? "", (key, value) => key === "aliases" ? value.toSorted() : value);
}
