/**
 * What a server tells of itself: /version, /health, server-info and the account that asks.
 * @module
 */
import type { Call } from "../protocol/call.ts";
import { jsonReply, textReply, type WireReply } from "../protocol/wire.ts";

/** GET /health. */
export function health(call: Call): WireReply {
  return textReply(200, "OK", call.dialect.isThree ? "text/plain; charset=utf-8" : "text/html; charset=utf-8");
}

/** GET /version: the bare number. */
export function version(call: Call): WireReply {
  return textReply(200, call.dialect.version);
}

/** GET /api/3.0/mlflow/server-info. */
export function serverInfo(_call: Call): WireReply {
  return jsonReply(
    '{"store_type":"SqlStore","workspaces_enabled":false,"trace_archival_enabled":false,' +
      '"multipart_uploads_enabled":false,"multipart_downloads_enabled":false,' +
      '"presigned_upload_run_id_supported":true,"presigned_upload_model_id_supported":true,' +
      '"features_enabled":{"gateway":true}}',
  );
}

/** GET users/get: the account itself; 2.x adds what it is granted and denied. */
export function getUser({ user, request, dialect }: Call): WireReply {
  if (user === null || request.query.get("username") !== user.name) return textReply(403, "Permission denied");
  const account = { id: 1, is_admin: user.isAdmin === true, username: user.name };
  const permissions = {
    experiment_permissions: (user.deniedExperiments ?? []).map((id) => ({ experiment_id: id, ...DENIED })),
    registered_model_permissions: (user.deniedModels ?? []).map((name) => ({ name, ...DENIED })),
  };
  return jsonReply(`${JSON.stringify({ user: dialect.isThree ? account : { ...account, ...permissions } })}\n`);
}

/** GET users/current/permissions: the same of the account that asks, where the basic-auth app of 3.x runs. */
export function ownPermissions({ user }: Call): WireReply {
  const row = (type: string) => (pattern: string): Record<string, unknown> => ({
    ...{ resource_type: type, resource_pattern: pattern, permission: "DENY" },
    ...{ role_id: 1, role_name: "__user_1__", workspace: "default" },
  });
  const permissions = [
    ...(user?.deniedExperiments ?? []).map(row("experiment")),
    ...(user?.deniedModels ?? []).map(row("registered_model")),
  ];
  return jsonReply(`${JSON.stringify({ is_admin: user?.isAdmin === true, permissions })}\n`);
}

const DENIED = { user_id: 1, permission: "NO_PERMISSIONS" };
