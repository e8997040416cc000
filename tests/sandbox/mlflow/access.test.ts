import assert from "node:assert/strict";
import { type MlflowSandbox, startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import type { MlflowVersion } from "../../../sandbox/mlflow/protocol/dialect.ts";
import { World } from "../../../sandbox/world/mod.ts";

const API = "/api/2.0/mlflow";

/** Two experiments and two models, of which bob may not read the second. */
function restrictedWorld(): World {
  const world = new World();
  for (const name of ["open", "secret"]) {
    const { id } = world.addExperiment({ name });
    world.addRun({ id: `${name} run`, experimentId: id, metrics: { m: [{ step: 0, timestamp: 1, value: 1 }] } });
    world.files.put(`${id}/${name} run/artifacts/a.txt`, name);
    world.addModelVersion(world.addModel({ name: `${name} model` }), { source: "s3://bucket/model" });
  }
  return world;
}

function startRestricted(version: MlflowVersion): Promise<MlflowSandbox> {
  const users = [
    { name: "admin", password: "a:b", isAdmin: true },
    { name: "bob", password: "b", deniedExperiments: ["2"], deniedModels: ["secret model"] },
  ];
  return startMlflowSandbox({ version, world: restrictedWorld(), auth: { users } });
}

async function ask(
  server: MlflowSandbox,
  path: string,
  { as, body }: { readonly as?: string; readonly body?: unknown } = {},
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const login: Record<string, string> = as === undefined ? {} : { authorization: `Basic ${btoa(as)}` };
  const headers = { ...login, "content-type": "application/json" };
  const method = body === undefined ? "GET" : "POST";
  const response = await fetch(server.url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

for (const version of ["3.17.2", "2.22.5"] as const) {
  Deno.test(`the basic-auth app of ${version} lets nobody in without a right password, but for /health`, async () => {
    await using server = await startRestricted(version);
    for (const as of [undefined, "bob:wrong", "nobody:b"]) {
      const { status, text, headers } = await ask(server, "/version", as === undefined ? {} : { as });
      assert.equal(status, 401);
      assert.match(text, /^You are not authenticated\. Please see /);
      assert.equal(headers.get("www-authenticate"), 'Basic realm="mlflow"');
    }
    assert.equal((await ask(server, "/health")).status, 200);
    const info = await ask(server, "/api/3.0/mlflow/server-info");
    assert.equal(info.status, version === "3.17.2" ? 200 : 401);
    assert.equal((await ask(server, "/version", { as: "admin:a:b" })).text, version);
  });

  Deno.test(`the basic-auth app of ${version} leaves out of listings what an account may not read`, async () => {
    await using server = await startRestricted(version);
    const experiments = JSON.parse(
      (await ask(server, `${API}/experiments/search?max_results=9`, { as: "bob:b" })).text,
    );
    assert.deepEqual(experiments.experiments.map(({ name }: { name: string }) => name), ["open", "Default"]);
    const models = JSON.parse((await ask(server, `${API}/registered-models/search`, { as: "bob:b" })).text);
    assert.deepEqual(models.registered_models.map(({ name }: { name: string }) => name), ["open model"]);
    const body = { experiment_ids: ["1", "2"] };
    const runs = JSON.parse((await ask(server, `${API}/runs/search`, { as: "bob:b", body })).text);
    const versions = JSON.parse((await ask(server, `${API}/model-versions/search`, { as: "bob:b" })).text);
    // 2.22.5 guards neither.
    assert.equal(runs.runs.length, version === "3.17.2" ? 1 : 2);
    assert.equal(versions.model_versions.length, version === "3.17.2" ? 1 : 2);
  });

  Deno.test(`the basic-auth app of ${version} answers 403 for one thing that an account may not read`, async () => {
    await using server = await startRestricted(version);
    const run = "secret%20run";
    const history = `metrics/get-history?run_id=${run}&metric_key=m`;
    const always = [
      `${API}/experiments/get?experiment_id=2`,
      `${API}/runs/get?run_id=${run}`,
      `${API}/${history}`,
      `${API}/artifacts/list?run_id=${run}`,
      `/api/2.0/mlflow-artifacts/artifacts/2/${run}/artifacts/a.txt`,
      `${API}/registered-models/get?name=secret%20model`,
      `${API}/model-versions/get?name=secret%20model&version=1`,
    ];
    const sinceThree = [
      `/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=open%20run&run_id=${run}&metric_key=m`,
      `/api/2.0/mlflow-artifacts/artifacts?path=2`,
      `/get-artifact?run_id=${run}&path=a.txt`,
    ];
    for (const path of [...always, ...sinceThree]) {
      const { status, text } = await ask(server, path, { as: "bob:b" });
      const isRefused = version === "3.17.2" || always.includes(path);
      assert.equal(status, isRefused ? 403 : 200, path);
      if (isRefused) assert.equal(text, "Permission denied");
      assert.equal((await ask(server, path, { as: "admin:a:b" })).status, 200, path);
      const open = path.replace("experiment_id=2", "experiment_id=1").replaceAll("secret", "open")
        .replace(/artifacts\/2\//, "artifacts/1/").replace("path=2", "path=1");
      assert.equal((await ask(server, open, { as: "bob:b" })).status, 200, open);
    }
  });

  Deno.test(`the basic-auth app of ${version} tells a plain account of unknown paths in its own way`, async () => {
    await using server = await startRestricted(version);
    const path = `${API}/experiments/list`;
    assert.equal((await ask(server, path, { as: "bob:b" })).status, version === "3.17.2" ? 403 : 404);
    assert.equal((await ask(server, path, { as: "admin:a:b" })).status, 404);
    const unknown = await ask(server, `${API}/runs/get?run_id=none`, { as: "bob:b" });
    assert.equal(unknown.status, version === "3.17.2" ? 403 : 404);
  });
}

for (const version of ["3.17.2", "2.22.5"] as const) {
  Deno.test(`the basic-auth app of ${version} tells accounts what they are, and what they may not read`, async () => {
    await using server = await startRestricted(version);
    for (const [as, isAdmin, denied] of [["admin:a:b", true, 0], ["bob:b", false, 1]] as const) {
      const [name = ""] = as.split(":");
      const { user } = JSON.parse((await ask(server, `${API}/users/get?username=${name}`, { as })).text);
      assert.equal(user.is_admin, isAdmin);
      assert.equal(user.experiment_permissions?.length, version === "2.22.5" ? denied : undefined);
      const own = await ask(server, "/api/3.0/mlflow/users/current/permissions", { as });
      if (version === "2.22.5") assert.equal(own.status, 404);
      else assert.equal(JSON.parse(own.text).permissions.length, 2 * denied);
    }
    assert.equal((await ask(server, `${API}/users/get?username=admin`, { as: "bob:b" })).status, 403);
  });
}

Deno.test("the basic-auth app fills its pages again, and may end with an empty token or an empty page", async () => {
  const world = new World();
  for (const name of ["a", "b", "c"]) world.addExperiment({ name });
  const users = [{ name: "bob", password: "b", deniedExperiments: ["2", "3"] }];
  await using server = await startMlflowSandbox({ world, auth: { users } });
  // Newest first: 3 and 2, which bob may not read, then 1 and 0.
  const page = async (query: string): Promise<unknown> => {
    const { experiments = [], ...rest } = JSON.parse(
      (await ask(server, `${API}/experiments/search?${query}`, { as: "bob:b" })).text,
    );
    return [experiments.map(({ experiment_id }: { experiment_id: string }) => experiment_id), rest];
  };
  const token = (offset: number): string => btoa(`{"offset": ${offset}}`);
  assert.deepEqual(await page("max_results=1"), [["1"], { next_page_token: token(3) }]);
  assert.deepEqual(await page("max_results=2"), [["1", "0"], { next_page_token: token(4) }]);
  assert.deepEqual(await page(`max_results=2&page_token=${encodeURIComponent(token(4))}`), [[], {}]);
  assert.deepEqual(await page("max_results=3"), [["1", "0"], { next_page_token: "" }]);
});
