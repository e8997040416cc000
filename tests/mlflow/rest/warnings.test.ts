import assert from "node:assert/strict";
import { errorOfReply } from "../../../lib/http/failure/errors.ts";
import { warningsFor } from "../../../lib/mlflow/rest/warnings.ts";
import { fakeClient, FakeHistories } from "./history/fake_histories.ts";
import { startSource } from "./sandbox_source.ts";

const BOB = `Basic ${btoa("bob:b:c")}`;

async function warn(
  replies: Readonly<Record<string, unknown>>,
  options: {
    readonly version?: string;
    readonly hasAccount?: boolean;
    readonly authorization?: string;
    readonly hasWorkspace?: boolean;
  } = {},
): Promise<{ readonly warnings: string; readonly paths: readonly string[] }> {
  const { version = "3.17.2", hasAccount = true, authorization = BOB, hasWorkspace = false } = options;
  const paths: string[] = [];
  const http = new FakeHistories(new Map());
  http.json = ({ path }) => {
    paths.push(path);
    const reply = Object.entries(replies).find(([end]) => path.endsWith(end))?.[1];
    if (reply !== undefined) return Promise.resolve(reply);
    return Promise.reject(
      errorOfReply({ service: "MLflow", method: "GET", url: `http://fake${path}`, status: 404, body: "" }),
    );
  };
  const warnings = await warningsFor(fakeClient(http, version), { hasAccount, authorization, hasWorkspace });
  return { warnings: warnings.join("\n"), paths };
}

const experiments = (...ids: readonly number[]): unknown => ({
  experiments: ids.map((id) => ({ experiment_id: `${id}`, name: `n${id}`, lifecycle_stage: "active" })),
});

Deno.test("warningsFor() tells that an account of MLflow after 3.12 is not an admin's, and counts", async () => {
  const permissions = [
    { resource_type: "experiment", permission: "DENY" },
    { resource_type: "experiment", permission: "NO_PERMISSIONS" },
    { resource_type: "experiment", permission: "READ" },
    { resource_type: "registered_model", permission: "NO_PERMISSIONS" },
  ];
  const replies = { "/experiments/search": experiments(0, 1, 4) };
  const { warnings } = await warn({ ...replies, "/users/current/permissions": { is_admin: false, permissions } });
  assert.match(warnings, /not an admin's.*Denied to it by name: 2 experiments, 1 registered model\./);
  assert.match(warnings, /Of the 5 experiments numbered up to 4 it sees 3: it may not read the other 2/);
  assert.equal((await warn({ "/users/current/permissions": { is_admin: true, permissions } })).warnings, "");
  assert.equal((await warn(replies)).warnings, "");
});

Deno.test("warningsFor() tells the same of an account of MLflow 2.5 to 3.12, which it asks for by its name", async () => {
  const user = (is_admin: boolean): unknown => ({
    user: { is_admin, experiment_permissions: [{ permission: "NO_PERMISSIONS" }], registered_model_permissions: [] },
  });
  for (const version of ["2.22.5", "3.10.1"]) {
    const hasWorkspace = true;
    const { warnings, paths } = await warn(
      { "username=bob": user(false), "/experiments/search": experiments(1, 2) },
      { version, hasWorkspace },
    );
    assert.match(warnings, /Denied to it by name: 1 experiment, 0 registered models$/);
    assert.equal(paths.length, 2);
    assert.equal((await warn({ "username=bob": user(true) }, { version, hasWorkspace })).warnings, "");
  }
});

Deno.test("warningsFor() counts by number only where a database numbers experiments", async () => {
  const denied = { "/users/current/permissions": { is_admin: false, permissions: [] } };
  const drawn = { experiments: [{ experiment_id: "491382123456789012", name: "n", lifecycle_stage: "active" }] };
  for (const reply of [drawn, {}]) {
    assert.match(
      (await warn({ ...denied, "/experiments/search": reply })).warnings,
      /without a sign\. How many, it does not tell$/,
    );
  }
});

Deno.test("warningsFor() tells that a server has other workspaces", async () => {
  const info = { "/server-info": { workspaces_enabled: true } };
  assert.match((await warn(info)).warnings, /--workspace names others, --all-workspaces all/);
  assert.equal((await warn(info, { hasWorkspace: true })).warnings, "");
  assert.equal((await warn({ "/server-info": { workspaces_enabled: false } })).warnings, "");
});

Deno.test("warningsFor() asks nothing that a server cannot know", async () => {
  assert.deepEqual((await warn({}, { version: "2.2.2" })).paths, []);
  assert.deepEqual((await warn({}, { version: "2.22.5", authorization: "Bearer t" })).paths, []);
  assert.equal((await warn({}, { version: "2.22.5", authorization: "Basic no base64!" })).warnings, "");
  assert.deepEqual((await warn({}, { hasAccount: false, hasWorkspace: true })).paths, []);
});

Deno.test("warningsFor() bears a page where a gateway keeps the endpoint to itself", async () => {
  const page = "<!doctype html><title>Log in</title>";
  await using started = await startSource({
    faults: [{
      match: ({ path }) => path.endsWith("/server-info"),
      action: { kind: "status", status: 200, body: page, headers: { "content-type": "text/html" } },
    }],
  });
  assert.deepEqual(await started.source.warnings(), []);
});
