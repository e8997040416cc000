/**
 * What the basic-auth app tells of accounts: the same of the sandbox and of real servers. An admin has made the experiments "open" (1) and
 * "secret" (2) and the model "secret model"; bob may not read what is secret.
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { ContractServer } from "./seed.ts";

/** Both, as they are made. */
export const ACCOUNTS = {
  admin: { username: "admin", password: "password of the admin" },
  bob: { username: "bob", password: "password of bob" },
} as const;

/** Ids that a server gives out, and what they stand for. */
const OWN = /^(?:id|user_id|role_id|role_name)$/;

/** Holds a server to it. */
export async function checkAccounts({ url, version }: ContractServer): Promise<void> {
  const ask = async (
    path: string,
  ): Promise<{ readonly status: number; readonly type: string | null; readonly body: unknown }> => {
    const { username, password } = ACCOUNTS.bob;
    const response = await fetch(url + path, {
      headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    const body = isJson ? JSON.parse(text, (key, value) => OWN.test(key) ? undefined : value) : text;
    return { status: response.status, type: response.headers.get("content-type"), body };
  };
  const own = { is_admin: false, username: "bob" };
  const rights = {
    experiment_permissions: [{ experiment_id: "2", permission: "NO_PERMISSIONS" }],
    registered_model_permissions: [{ name: "secret model", permission: "NO_PERMISSIONS" }],
  };
  deepStrictEqual(await ask("/api/2.0/mlflow/users/get?username=bob"), {
    status: 200,
    type: "application/json",
    body: { user: version === "3.17.2" ? own : { ...own, ...rights } },
  });
  const denied = { status: 403, type: "text/html; charset=utf-8", body: "Permission denied" };
  for (const name of ["admin", "none"]) {
    deepStrictEqual(await ask(`/api/2.0/mlflow/users/get?username=${name}`), denied);
  }
  const permissions = await ask("/api/3.0/mlflow/users/current/permissions");
  if (version !== "3.17.2") return strictEqual(permissions.status, 404);
  const row = { permission: "DENY", workspace: "default" };
  deepStrictEqual(permissions, {
    status: 200,
    type: "application/json",
    body: {
      is_admin: false,
      permissions: [
        { ...row, resource_type: "experiment", resource_pattern: "2" },
        { ...row, resource_type: "registered_model", resource_pattern: "secret model" },
      ],
    },
  });
}
