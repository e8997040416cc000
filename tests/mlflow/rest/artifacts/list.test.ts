import assert from "node:assert/strict";
import type { MlflowVersion } from "../../../../sandbox/mlflow/protocol/dialect.ts";
import type { MlflowFault } from "../../../../sandbox/mlflow/faults.ts";
import { loggedModel } from "../../../source/fake_source.ts";
import { startSource } from "../sandbox_source.ts";
import { artifactsOf, contents, worldOf } from "./worlds.ts";

const versions: readonly MlflowVersion[] = ["3.17.2", "2.22.5", "1.24.0"];

Deno.test("listArtifacts() lists all folders, and opens names of any characters", async () => {
  const files = {
    "a.txt": "A",
    "notes/ünïcode näme, 100%.txt": "grüße\n",
    "deep/er/&=?#+ ☃.csv": "1,2",
    "empty.bin": "",
  };
  for (const version of versions) {
    await using started = await startSource({ world: worldOf(files), version });
    const found = await artifactsOf(started.source);
    assert.deepEqual(await contents(found), files);
    assert.equal(found.find(({ path }) => path === "a.txt")?.size, 1);
  }
});

Deno.test("listArtifacts() costs one call for a run without artifacts", async () => {
  await using started = await startSource({ world: worldOf({}), version: "2.22.5" });
  assert.deepEqual(await artifactsOf(started.source), []);
  assert.equal(started.server.requests.filter(({ path }) => path.includes("artifacts")).length, 1);
});

Deno.test("listArtifacts() puts logged models into folders of their names, and hides no file", async () => {
  const world = worldOf({ "model/extra.txt": "run", "other/MLmodel": "run" }, {
    "model": { "MLmodel": "older" },
    "model#": { "MLmodel": "newer", "data/model.pkl": "bytes" },
    "other": { "MLmodel": "third" },
  });
  await using started = await startSource({ world });
  assert.deepEqual(await contents(await artifactsOf(started.source)), {
    "model/extra.txt": "run",
    "other/MLmodel": "run",
    "model/MLmodel": "newer",
    "model/data/model.pkl": "bytes",
    "model-m-0/MLmodel": "older",
    "other-m-2/MLmodel": "third",
  });
});

Deno.test("listArtifacts() takes a logged model that was deleted since for none", async () => {
  const world = worldOf({ "a.txt": "A" }, { "model": { "MLmodel": "x" } });
  world.loggedModels.clear();
  await using started = await startSource({ world });
  assert.deepEqual(await contents(await artifactsOf(started.source)), { "a.txt": "A" });
});

Deno.test("listArtifacts() does not follow a folder that lists itself", async () => {
  const replies: Record<string, unknown> = {
    "": { files: [{ path: "a", is_dir: true }, { path: ".", is_dir: true }] },
    "a": { files: [{ path: "a", is_dir: true }, { path: "a/b", is_dir: true }, { path: "a/x.txt", file_size: 1 }] },
    "a/b": { files: [{ path: "a", is_dir: true }, { path: "a/b/y.txt", file_size: 1 }] },
  };
  await using started = await startSource({ world: worldOf({ "a.txt": "A" }) });
  started.server.setFaults(
    Object.entries(replies).map(([path, reply]) => ({
      match: ({ path: endpoint, query }) => endpoint.endsWith("artifacts/list") && (query.get("path") ?? "") === path,
      action: { kind: "status", status: 200, body: JSON.stringify(reply) },
    })),
  );
  assert.deepEqual((await artifactsOf(started.source)).map(({ path }) => path), ["a/b/y.txt", "a/x.txt"]);
});

Deno.test("listArtifacts() asks for the models of each run where runs/search may leave them out", async () => {
  const world = worldOf({ "a.txt": "A" }, { "model": { "MLmodel": "flavors" }, "bare": {} });
  const told = (version: string): MlflowFault[] => [{
    match: ({ path }) => path === "/version",
    action: { kind: "status", status: 200, body: version },
  }];
  for (const version of ["3.0.1", "3.5.1", "unknown"]) {
    await using started = await startSource({ world, listsOutputs: false, faults: told(version) });
    const files = await contents(await artifactsOf(started.source));
    assert.deepEqual(files, { "a.txt": "A", "model/MLmodel": "flavors" }, version);
  }
  await using later = await startSource({ world });
  await artifactsOf(later.source);
  assert.ok(!later.server.requests.some(({ path }) => path.endsWith("runs/get")));
});

Deno.test("listArtifacts() says so where a model that it had to ask for lists no file", async () => {
  await using started = await startSource({
    world: worldOf({}, { "model": {} }),
    listsOutputs: false,
    faults: [{ match: ({ path }) => path === "/version", action: { kind: "status", status: 200, body: "3.1.4" } }],
  });
  assert.deepEqual(await artifactsOf(started.source), []);
  assert.match(started.log.join("\n"), /Artifacts of run [0-9a-f]+: it logged a model, and that lists no file/);
});

Deno.test("listArtifacts() tells a model that cannot be listed as a file that fails, beside the others", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "A" }, { "model": { "MLmodel": "x" } }) });
  started.server.setFaults([{
    match: ({ path }) => path.endsWith("/artifacts/directories"),
    action: { kind: "status", status: 403, body: "Permission denied" },
  }]);
  const [own, model] = await artifactsOf(started.source);
  assert.deepEqual([own?.path, model?.path], ["a.txt", "m-0/listing"]);
  await assert.rejects(model?.open(0) ?? Promise.resolve(), /403.*Permission denied/);
});

Deno.test("listArtifacts() tells models that cannot be asked for as a file that fails, beside the others", async () => {
  await using started = await startSource({
    world: worldOf({ "a.txt": "A" }, { "model": { "MLmodel": "x" } }),
    listsOutputs: false,
    faults: [
      { match: ({ path }) => path === "/version", action: { kind: "status", status: 200, body: "3.1.4" } },
      { match: ({ path }) => path.endsWith("runs/get"), action: { kind: "status", status: 403, body: "no" } },
    ],
  });
  assert.deepEqual((await artifactsOf(started.source)).map(({ path }) => path), ["a.txt", "models/listing"]);
});

Deno.test("listModelFiles() lists the files of a logged model that is of no run, and rejects where it cannot", async () => {
  const files = { "MLmodel": "flavors", "data/ü.bin": "bytes" };
  await using started = await startSource({ world: worldOf({}, { "alone": files }) });
  const { modelFiles } = started.source.extras ?? {};
  assert.ok(modelFiles !== undefined);
  assert.deepEqual(await contents(await modelFiles(loggedModel("m-0"))), files);
  await assert.rejects(modelFiles(loggedModel("m-none")), /RESOURCE_DOES_NOT_EXIST|m-none/);
  await using older = await startSource({ version: "2.22.5" });
  assert.equal(older.source.extras?.modelFiles, undefined);
});
