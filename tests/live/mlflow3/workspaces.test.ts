/**
 * Workspaces of a real server: each has a folder and a source id of its own, from the server and from its database, and nothing of one is in
 * the folder of another.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sourceIdOf } from "../../../lib/mlflow/uri/source_id.ts";
import { readExport } from "../parts/folders.ts";
import { runOurs } from "../parts/programs.ts";
import { startReceiver } from "../parts/receiver.ts";
import { startRealMlflow } from "../parts/servers.ts";

const NAMES = ["default", "team-a", "team-b"];

Deno.test("--all-workspaces and --workspace export each workspace to a folder of its own, under a source id of its own", async (t) => {
  await using server = await startRealMlflow("3.17.2", { workers: 1, args: ["--enable-workspaces"] });
  await using stack = new AsyncDisposableStack();
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  const post = async (path: string, body: unknown, workspace?: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${server.url}/api/${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(workspace === undefined ? {} : { "x-mlflow-workspace": workspace }),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, text);
    return JSON.parse(text);
  };
  for (const name of NAMES.slice(1)) await post("3.0/mlflow/workspaces", { name });
  for (const name of NAMES) {
    // The same name in each: what is mixed up would be one.
    const { experiment_id } = await post("2.0/mlflow/experiments/create", { name: "shared name" }, name);
    await post("2.0/mlflow/runs/create", { experiment_id, run_name: `of ${name}`, start_time: 1 }, name);
    await post("2.0/mlflow/registered-models/create", { name: "shared model", description: name }, name);
  }

  const found = async (folder: string): Promise<Map<string, string>> => {
    const byWorkspace = new Map<string, string>();
    for await (const { name } of Deno.readDir(folder)) {
      if (!/^\d{8}_/.test(name)) continue;
      const { workspace = "default" } = JSON.parse(await readExport(join(folder, name), "export.json"));
      assert.ok(!byWorkspace.has(workspace));
      byWorkspace.set(workspace, join(folder, name));
    }
    return byWorkspace;
  };
  const check = async (folder: string, workspace: string, trackingUrl: string): Promise<void> => {
    const runs = (await readExport(folder, "runs.json")).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(runs.map(({ tags }) => tags["mlflow.runName"]), [`of ${workspace}`]);
    const models = JSON.parse(await readExport(folder, "models.json"));
    assert.deepEqual(models.map(({ description }: { description: string }) => description), [workspace]);
    const about = JSON.parse(await readExport(folder, "export.json"));
    const env = { MLFLOW_WORKSPACE: workspace };
    assert.equal(about.import_source_id, sourceIdOf(trackingUrl, env));
    assert.equal(about.import_source_id === sourceIdOf(trackingUrl), workspace === "default");
  };

  for (const [name, trackingUrl] of [["server", server.url], ["store", server.store]] as const) {
    await t.step(`from the ${name}, to Kiroframe`, async () => {
      await using receiver = startReceiver();
      const folder = join(baseDir, name);
      const ours = await runOurs({ trackingUrl, baseDir: folder, args: ["--all-workspaces"], receiver });
      assert.equal(ours.exitCode, 0, ours.said);
      assert.doesNotMatch(ours.said, /Kiroframe takes the two for different servers/);
      const folders = await found(folder);
      assert.deepEqual([...folders.keys()].toSorted(), NAMES);
      for (const [workspace, path] of folders) await check(path, workspace, trackingUrl);
      const sent = ours.calls.map(({ body }) => JSON.parse(body).import_source_id);
      const expected = NAMES.map((workspace) => sourceIdOf(trackingUrl, { MLFLOW_WORKSPACE: workspace }));
      assert.deepEqual([...new Set(sent)].toSorted(), expected.toSorted());
    });
  }

  await t.step(
    "--workspace names some; the variable of MLflow's own client one; without both it is the default one",
    async () => {
      const exportTo = async (name: string, args: readonly string[], env = {}): Promise<string[]> => {
        const folder = join(baseDir, name);
        const all = ["--no-import-to-kiroframe", ...args];
        const ours = await runOurs({ trackingUrl: server.url, baseDir: folder, args: all, env });
        assert.equal(ours.exitCode, 0, ours.said);
        return [...(await found(folder)).keys()].toSorted();
      };
      assert.deepEqual(await exportTo("two", ["--workspace", "team-b", "--workspace", "default"]), [
        "default",
        "team-b",
      ]);
      assert.deepEqual(await exportTo("variable", [], { MLFLOW_WORKSPACE: "team-a" }), ["team-a"]);
      assert.deepEqual(await exportTo("none", []), ["default"]);
    },
  );
});

Deno.test("--all-workspaces of a server without workspaces exports all of it", async () => {
  await using server = await startRealMlflow("3.17.2", { workers: 1 });
  await using stack = new AsyncDisposableStack();
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  const args = ["--no-import-to-kiroframe", "--all-workspaces"];
  const ours = await runOurs({ trackingUrl: server.url, baseDir, args });
  assert.equal(ours.exitCode, 0, ours.said);
  assert.match(ours.said, /This source has no workspaces: all of it is exported/);
});
