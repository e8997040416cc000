import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import type { Environment } from "../../../lib/environment.ts";
import { type Credentials, readCredentials } from "../../../lib/mlflow/auth/credentials.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

function read(files: Map<string, string>, env: Environment): Promise<Credentials> {
  return readCredentials({
    trackingUrl: "http://h:5000",
    env,
    homeFolder: "home",
    readTextFile: (path) => {
      const text = files.get(path);
      return text === undefined ? Promise.reject(new Error(path)) : Promise.resolve(text);
    },
  });
}

const ATTEMPT = { method: "GET", url: "http://h:5000/", headers: {} };

Deno.test("MLFLOW_TRACKING_AUTH=kubernetes sends the pod's token as it is at each call", async () => {
  const files = new Map([[`${FOLDER}/token`, "first\n"], [`${FOLDER}/namespace`, "team\n"]]);
  const { authorize, headers, secrets, warnings } = await read(files, { MLFLOW_TRACKING_AUTH: "kubernetes" });
  assert.deepEqual([headers, secrets, warnings], [{}, ["first"], []]);
  assert.deepEqual(await authorize?.(ATTEMPT), { authorization: "Bearer first" });
  files.set(`${FOLDER}/token`, "second");
  assert.deepEqual(await authorize?.(ATTEMPT), { authorization: "Bearer second" });
});

Deno.test("MLFLOW_TRACKING_AUTH=kubernetes-namespaced takes the namespace for the workspace, unless one is named", async () => {
  const files = new Map([[`${FOLDER}/token`, "t"], [`${FOLDER}/namespace`, "team\n"]]);
  const env = { MLFLOW_TRACKING_AUTH: "kubernetes-namespaced" };
  assert.deepEqual((await read(files, env)).headers, { "x-mlflow-workspace": "team" });
  assert.deepEqual((await read(files, { ...env, MLFLOW_WORKSPACE: "own" })).headers, { "x-mlflow-workspace": "own" });
});

Deno.test("a login of the user's own goes before the pod's, and a pod without an account is a usage error", async () => {
  const env = { MLFLOW_TRACKING_AUTH: "kubernetes" };
  const login = await read(new Map(), { ...env, MLFLOW_TRACKING_TOKEN: "own" });
  assert.deepEqual([login.headers, login.authorize], [{ authorization: "Bearer own" }, undefined]);
  await assert.rejects(read(new Map(), env), UsageError);
  await assert.rejects(
    read(new Map([[`${FOLDER}/token`, "t"]]), { MLFLOW_TRACKING_AUTH: "kubernetes-namespaced" }),
    UsageError,
  );
});
