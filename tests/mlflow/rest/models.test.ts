import assert from "node:assert/strict";
import { World } from "../../../sandbox/world/mod.ts";
import type { MlflowVersion } from "../../../sandbox/mlflow/protocol/dialect.ts";
import { startSource } from "./sandbox_source.ts";

function registry(): World {
  const world = new World();
  const first = world.addModel({ name: 'it\'s "quoted" ☃', tags: new Map([["task", "ocr"]]), description: "Reads" });
  for (let number = 1; number <= 12; number++) {
    world.addModelVersion(first, {
      source: "s3://x",
      description: number === 1 ? "" : null,
      tags: [["n", `${number}`]],
    });
  }
  first.aliases.set("champion", 2).set("challenger", 12).set("best", 2);
  for (let number = 0; number < 1_105; number++) world.addModel({ name: `model ${number}` });
  return world;
}

Deno.test("readModels() reads all pages of models and all their versions, newest first", async () => {
  for (const version of ["3.17.2", "2.22.5", "1.24.0"] satisfies MlflowVersion[]) {
    await using started = await startSource({ world: registry(), version });
    const models = await started.source.models();
    assert.equal(models.length, 1_106);
    const quoted = models.find((model) => model.name.startsWith("it's"));
    assert.deepEqual(quoted?.versions.map((each) => each.version), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(String));
    assert.equal(quoted?.tags.get("task"), "ocr");
    assert.equal(quoted?.versions.at(-2)?.tags.get("n"), "2");
    if (version !== "1.24.0") {
      assert.deepEqual(quoted?.versions.at(-2)?.aliases.toSorted(), ["best", "champion"]);
      assert.deepEqual(quoted?.versions[0]?.aliases, ["challenger"]);
    }
    assert.deepEqual(models.at(-1)?.versions, []);
    // Two pages of models and one of versions, whatever their names.
    assert.ok(started.server.requests.filter(({ path }) => path.includes("model")).length <= 4);
  }
});

Deno.test("readModels() asks for models and versions side by side", async () => {
  await using started = await startSource({ world: registry() });
  started.server.setFaults([
    {
      match: ({ path }) => path.endsWith("registered-models/search"),
      action: { kind: "slow", pieces: 2, pauseMs: 500 },
    },
  ]);
  const models = started.source.models();
  await new Promise((go) => setTimeout(go, 200));
  assert.ok(started.server.requests.some(({ path }) => path.endsWith("model-versions/search")));
  assert.equal((await models).length, 1_106);
});

Deno.test("readModels() leaves prompts out, and versions of what is not listed", async () => {
  const world = new World();
  for (const name of ["model", "prompt"]) world.addModelVersion(world.addModel({ name }), { source: "s3://x" });
  await using started = await startSource({ world });
  // A server that does not hide them.
  const tags = [{ key: "mlflow.prompt.is_prompt", value: "true" }];
  const body = JSON.stringify({ registered_models: [{ name: "model" }, { name: "prompt", tags }] });
  started.server.setFaults([
    { match: ({ path }) => path.endsWith("registered-models/search"), action: { kind: "status", status: 200, body } },
  ]);
  const models = await started.source.models();
  assert.deepEqual(models.map(({ name, versions }) => [name, versions.length]), [["model", 1]]);
});

Deno.test("readModels() gives none, with a warning, where the store has no registry", async () => {
  const body = JSON.stringify({
    error_code: "INVALID_PARAMETER_VALUE",
    message:
      " Model registry functionality is unavailable; got unsupported URI './mlruns' for model registry data storage.",
  });
  await using started = await startSource({
    version: "1.24.0",
    faults: [{
      match: ({ path }) => path.includes("registered-models"),
      action: { kind: "status", status: 400, body },
    }],
  });
  assert.deepEqual(await started.source.models(), []);
  assert.match(started.log.join(), /No registered models are exported: .*functionality is unavailable/);
});

Deno.test("readModels() tells an empty registry from none", async () => {
  await using empty = await startSource();
  assert.deepEqual(await empty.source.models(), []);
  assert.deepEqual(empty.log, []);
  // FastTrackML lists no models, and has no endpoint for one of them.
  const body = '{"message": "Not found", "error_code": "ENDPOINT_NOT_FOUND"}';
  await using none = await startSource({
    faults: [{
      match: ({ path }) => /registered-models\/(?:get|list)/.test(path),
      action: { kind: "status", status: 404, body, headers: { "content-type": "application/json" } },
    }],
  });
  assert.deepEqual(await none.source.models(), []);
  assert.deepEqual(none.log, ["No registered models are exported: the server has no model registry"]);
});
