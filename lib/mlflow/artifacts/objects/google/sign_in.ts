/**
 * Tokens of Google: for the account of a file, or for that of the machine that this runs on.
 * @module
 */
import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { AppError } from "../../../../errors.ts";
import { createHttpClient } from "../../../../http/client.ts";
import { createTransport } from "../../../../http/connection/transport.ts";
import type { HttpClient } from "../../../../http/types.ts";
import { bearerAuthorize, formRequest } from "../../../auth/bearer.ts";
import { type SignedIn, signInAt } from "../sign_in.ts";
import type { ObjectOptions } from "../store.ts";
import type { GoogleAccount, ServiceAccount } from "./account.ts";

/** Reading alone. */
const SCOPE = "https://www.googleapis.com/auth/devstorage.read_only";

/** Where machines of Google's cloud (GCE, GKE, Cloud Run) are told who they are. */
const METADATA_ADDRESS = "169.254.169.254";

/** Elsewhere nobody answers there. */
const METADATA_TIMEOUT_MS = 3_000;

/** What says that Google asks, and that Google answers. */
const FLAVOR = { "metadata-flavor": "Google" } as const;

/** Signs in when the first call needs it. */
export function signInAs(account: GoogleAccount, options: ObjectOptions): SignedIn {
  const place = {
    baseUrl: account.tokenUri,
    service: "Google's sign-in",
    hint: "Check GOOGLE_APPLICATION_CREDENTIALS, or sign in by gcloud auth application-default login",
  };
  return signInAt(place, options, async (http) => {
    if (account.kind === "user") {
      const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = account;
      return await http.json(formRequest("", { grant_type: "refresh_token", client_id, client_secret, refresh_token }));
    }
    const assertion = assertionOf(account, Date.now());
    options.hide([assertion]);
    return await http.json(
      formRequest("", { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }),
    );
  });
}

/** Signs in as the machine's own account. Null where this machine is not in Google's cloud. */
export async function signInAsMachine({ env, logger, signal }: ObjectOptions): Promise<SignedIn | null> {
  if (env["NO_GCE_CHECK"] === "true") return null;
  const host = env["GCE_METADATA_HOST"] || METADATA_ADDRESS;
  const proxyless = [env["NO_PROXY"], env["no_proxy"], host.replace(/:\d+$/, "")].filter((part) => part).join(",");
  const http = createHttpClient({
    baseUrl: `http://${host}`,
    service: "Google's metadata server",
    headers: FLAVOR,
    // Whatever is asked for there is of this machine, and not of a proxy's.
    transport: createTransport({ env: { ...env, NO_PROXY: proxyless, no_proxy: proxyless } }),
    retry: { retries: 0 },
    timeoutMs: METADATA_TIMEOUT_MS,
    logger: { ...logger, debug(): void {} },
    signal,
  });
  if (!await isOfGoogle(http)) {
    signal?.throwIfAborted();
    await http.close();
    return null;
  }
  const path = `/computeMetadata/v1/instance/service-accounts/default/token?scopes=${encodeURIComponent(SCOPE)}`;
  return { authorize: bearerAuthorize(() => http.json({ path })), close: () => http.close() };
}

/** Other clouds have something at the same address. */
async function isOfGoogle(http: HttpClient): Promise<boolean> {
  const reply = await http.request({ path: "/" }).catch(() => null);
  return reply?.headers.get("metadata-flavor") === FLAVOR["metadata-flavor"];
}

/**
 * Returns what a service account asks for a token with: a JWT, signed by RS256, that ends in an hour.
 *
 * @throws {AppError} if the key is none.
 */
export function assertionOf({ email, privateKey, keyId, tokenUri }: ServiceAccount, nowMs: number): string {
  const iat = Math.floor(nowMs / 1000);
  const parts = [
    { alg: "RS256", typ: "JWT", kid: keyId },
    { iss: email, scope: SCOPE, aud: tokenUri, iat, exp: iat + 3600 },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  try {
    return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  } catch {
    throw new AppError("Cannot sign in to Google: the private_key of the service account is no key");
  }
}
