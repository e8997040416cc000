/**
 * Tokens of Microsoft Entra, for an application: by its secret, or by what the pod that this runs in is given (workload identity).
 * @module
 */
import { readFile } from "node:fs/promises";
import { UsageError } from "../../../../errors.ts";
import { formRequest } from "../../../auth/bearer.ts";
import { type SignedIn, signInAt } from "../sign_in.ts";
import type { ObjectOptions } from "../store.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Reads AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE, and AZURE_AUTHORITY_HOST for another cloud
 * than the public one; undefined where they are not set. Signs in when the first call needs it.
 *
 * @throws {UsageError} if the authority is no address.
 */
export function signInByEnvironment(options: ObjectOptions): SignedIn | undefined {
  const { env, hide } = options;
  const [tenant, client_id] = [env["AZURE_TENANT_ID"], env["AZURE_CLIENT_ID"]];
  const [secret, tokenFile] = [env["AZURE_CLIENT_SECRET"], env["AZURE_FEDERATED_TOKEN_FILE"]];
  if (!tenant || !client_id || !(secret || tokenFile)) return undefined;
  const given = env["AZURE_AUTHORITY_HOST"] || "https://login.microsoftonline.com";
  const authority = /^https?:\/\//i.test(given) ? given : `https://${given}`;
  if (!URL.canParse(authority)) throw new UsageError("Cannot use AZURE_AUTHORITY_HOST: it is no address");
  hide([secret ?? ""]);
  const place = {
    baseUrl: authority,
    service: "Microsoft's sign-in",
    hint: "Check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
  };
  return signInAt(place, options, async (http) => {
    const fields = { grant_type: "client_credentials", client_id, scope: "https://storage.azure.com/.default" };
    const proof: Readonly<Record<string, string>> = secret
      ? { client_secret: secret }
      : { client_assertion_type: ASSERTION_TYPE, client_assertion: await readToken(tokenFile ?? "", hide) };
    return await http.json(formRequest(`/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, { ...fields, ...proof }));
  });
}

/** Read anew each time: Kubernetes puts another one there each hour or so. */
async function readToken(path: string, hide: ObjectOptions["hide"]): Promise<string> {
  const token = (await readFile(path, "utf8").catch(() => "")).trim();
  if (token === "") throw new UsageError("Cannot use AZURE_FEDERATED_TOKEN_FILE: there is no token in it");
  hide([token]);
  return token;
}
