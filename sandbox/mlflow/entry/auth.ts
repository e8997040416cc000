/**
 * MLflow's basic-auth app: who may enter at all.
 * @module
 */
import { Buffer } from "node:buffer";
import type { Dialect } from "../protocol/dialect.ts";
import type { BasicAuth, BasicAuthUser } from "../protocol/account.ts";
import { textReply, type WireReply, type WireRequest } from "../protocol/wire.ts";

/** The account that calls, or the refusal. */
export type Entry = { readonly user: BasicAuthUser | null } | { readonly refusal: WireReply };

const NOT_AUTHENTICATED = "You are not authenticated. Please see " +
  "https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow on how to authenticate.";

/** Reads the credentials of a request; without the app everybody enters. */
export function authenticate(
  request: WireRequest,
  { auth, dialect }: { readonly auth: BasicAuth | null; readonly dialect: Dialect },
): Entry {
  if (auth === null || isOpen(request.path, dialect)) return { user: null };
  const [scheme = "", encoded = ""] = (request.headers["authorization"] ?? "").split(" ");
  const [name = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const user = auth.users.find((user) => user.name === name && user.password === password.join(":"));
  if (scheme.toLowerCase() === "basic" && user !== undefined) return { user };
  const reply = textReply(401, NOT_AUTHENTICATED);
  return { refusal: { ...reply, headers: { "www-authenticate": 'Basic realm="mlflow"' } } };
}

function isOpen(path: string, dialect: Dialect): boolean {
  return path.endsWith("/health") || (dialect.isThree && path.endsWith("/mlflow/server-info"));
}
