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

/** GET users/current: the account, where the basic-auth app of 3.x runs. */
export function currentUser(call: Call): WireReply {
  const { user } = call;
  const account = { id: 1, is_admin: user?.isAdmin === true, username: user?.name ?? "" };
  return jsonReply(`${JSON.stringify({ is_basic_auth: true, user: account })}\n`);
}
