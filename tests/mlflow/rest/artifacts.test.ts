import assert from "node:assert/strict";
import { AppError } from "../../../lib/errors.ts";
import type { ArtifactFile, Source } from "../../../lib/source/mod.ts";
import type { MlflowVersion } from "../../../sandbox/mlflow/protocol/dialect.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { readWhole, startSource } from "./sandbox_source.ts";

const versions: readonly MlflowVersion[] = ["3.17.2", "2.22.5", "1.24.0"];

function worldOf(
  files: Readonly<Record<string, string>>,
  models: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): World {
  const world = new World();
  const ids = Object.keys(models).map((_, index) => `m-${index}`);
  const run = world.addRun({ experimentId: "0", modelOutputs: ids.map((modelId) => ({ modelId, step: 0 })) });
  for (const [path, text] of Object.entries(files)) world.files.put(`0/${run.id}/artifacts/${path}`, text);
  Object.entries(models).forEach(([name, content], index) => {
    const id = `m-${index}`;
    const artifactUri = `mlflow-artifacts:/0/models/${id}/artifacts`;
    const [plain = name] = name.split("#");
    world.loggedModels.set(id, {
      id,
      experimentId: "0",
      name: plain,
      sourceRunId: run.id,
      artifactUri,
      creationTimestamp: 100 + index,
      status: "LOGGED_MODEL_READY",
    });
    for (const [path, text] of Object.entries(content)) world.files.put(`0/models/${id}/artifacts/${path}`, text);
  });
  return world;
}

async function artifactsOf(source: Source): Promise<readonly ArtifactFile[]> {
  const [record] = await readWhole(source);
  assert.ok(record !== undefined);
  return await source.artifacts(record.run);
}

async function contents(files: readonly ArtifactFile[]): Promise<Record<string, string>> {
  const entries = files.map(async (file) => [file.path, await new Response((await file.open(0)).stream).text()]);
  return Object.fromEntries(await Promise.all(entries));
}

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

Deno.test("openArtifact() goes on from a byte, and says where it really begins", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "0123456789" }) });
  const [file] = await artifactsOf(started.source);
  const rest = await file?.open(4);
  assert.deepEqual([rest?.fromByte, rest?.length], [4, 6]);
  assert.equal(await new Response(rest?.stream).text(), "456789");
  // The file is shorter than what was fetched of it before.
  const whole = await file?.open(10);
  assert.deepEqual([whole?.fromByte, await new Response(whole?.stream).text()], [0, "0123456789"]);
});

Deno.test("openArtifact() takes the proxy where get-artifact is not let through", async () => {
  await using started = await startSource({ world: worldOf({ "a b/ü%.txt": "A" }) });
  const files = await artifactsOf(started.source);
  started.server.setFaults([{
    match: ({ path }) => path === "/get-artifact",
    action: { kind: "status", status: 404, body: "<html>nginx</html>", headers: { "content-type": "text/html" } },
  }]);
  assert.deepEqual(await contents(files), { "a b/ü%.txt": "A" });
});

Deno.test("openArtifact() rejects with the server's words for a file that is gone", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "A" }) });
  const [file] = await artifactsOf(started.source);
  started.server.setFaults([{
    match: ({ path }) => path === "/get-artifact",
    action: {
      kind: "status",
      status: 404,
      body: '{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "No such artifact"}',
    },
  }]);
  await assert.rejects(
    file?.open(0) ?? Promise.resolve(),
    (error) => error instanceof AppError && /No such artifact/.test(error.message),
  );
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
