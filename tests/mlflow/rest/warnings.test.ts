import assert from "node:assert/strict";
import { errorOfReply } from "../../../lib/http/failure/errors.ts";
import { warningsFor } from "../../../lib/mlflow/rest/warnings.ts";
import { fakeClient, FakeHistories } from "./history/fake_histories.ts";
import { startSource } from "./sandbox_source.ts";

async function warn(
  replies: Readonly<Record<string, unknown>>,
  options: { readonly version?: string; readonly hasAccount?: boolean; readonly hasWorkspace?: boolean } = {},
): Promise<{ readonly warnings: string; readonly paths: readonly string[] }> {
  const { version = "3.17.2", hasAccount = true, hasWorkspace = false } = options;
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
  const warnings = await warningsFor(fakeClient(http, version), { hasAccount, hasWorkspace });
  return { warnings: warnings.join("\n"), paths };
}

Deno.test("warningsFor() tells that an account is not an admin's", async () => {
  const user = (isAdmin: boolean): unknown => ({ user: { id: 1, username: "u", is_admin: isAdmin } });
  assert.match((await warn({ "/users/current": user(false) })).warnings, /not an admin's/);
  assert.equal((await warn({ "/users/current": user(true) })).warnings, "");
  assert.equal((await warn({})).warnings, "");
});

Deno.test("warningsFor() tells that a server has other workspaces", async () => {
  const info = { "/server-info": { workspaces_enabled: true } };
  assert.match((await warn(info)).warnings, /MLFLOW_WORKSPACE/);
  assert.equal((await warn(info, { hasWorkspace: true })).warnings, "");
  assert.equal((await warn({ "/server-info": { workspaces_enabled: false } })).warnings, "");
});

Deno.test("warningsFor() asks nothing that a server cannot know", async () => {
  assert.deepEqual((await warn({}, { version: "2.22.5" })).paths, []);
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
