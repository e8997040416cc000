/**
 * The MLflow of a Databricks workspace, by its published API: what its pages alone use is closed to tokens.
 * @module
 */
import { readFile } from "node:fs/promises";
import { createHttpClient } from "../../../http/client.ts";
import { createTransport } from "../../../http/connection/transport.ts";
import { basicAuthorization } from "../../../http/failure/url.ts";
import { patienceFrom } from "../../../http/patience.ts";
import type { HttpClient } from "../../../http/types.ts";
import { withChanges } from "../../../source/changes.ts";
import type { Source, SourceAddress } from "../../../source/mod.ts";
import { bearerAuthorize, formRequest } from "../../auth/bearer.ts";
import type { Credentials } from "../../auth/credentials.ts";
import { type DatabricksLogin, readDatabricksLogin } from "../../auth/databricks.ts";
import { checkGivenHeaders, secretsOfHeaders } from "../../auth/given_headers.ts";
import { homeFolderOf } from "../../auth/home.ts";
import type { DatabricksUri } from "../../uri/tracking_uri.ts";
import { addressWith } from "../mod.ts";
import type { RestOptions } from "../options.ts";
import { readUnityModels } from "./unity.ts";

/** What a client asks for. */
const FORM = { grant_type: "client_credentials", scope: "all-apis" } as const;

/** Finds out how a workspace is reached, and asks nothing of it. Rejects with a UsageError where the variables do not tell. */
export async function locateDatabricks(options: RestOptions, uri: DatabricksUri): Promise<SourceAddress> {
  const { env, logger } = options;
  const readTextFile = (path: string): Promise<string> => readFile(path, "utf8");
  const login = await readDatabricksLogin(uri.profile, { env, homeFolder: homeFolderOf(env), readTextFile });
  const { account, host } = login;
  const signIn = "token" in account ? undefined : signInClient(login, options);
  const given = checkGivenHeaders(Object.entries(options.headers ?? {}));
  const credentials: Credentials = {
    baseUrl: host,
    headers: { ..."token" in account ? { authorization: `Bearer ${account.token}` } : {}, ...given },
    authorize: signIn && bearerAuthorize(() => signIn.json(formRequest("/oidc/v1/token", FORM))),
    secrets: ["token" in account ? account.token : account.clientSecret, ...secretsOfHeaders(given)],
    tls: {},
    warnings: [],
  };
  const { address, http } = addressWith(options, credentials, { isPublicOnly: true });
  return {
    ...address,
    async connect(): Promise<Source> {
      const source = await address.connect();
      if (!uri.isCatalog && !env["MLFLOW_REGISTRY_URI"]) {
        logger.warn(
          "The registered models are those of the workspace: MLFLOW_REGISTRY_URI=databricks-uc gives Unity Catalog's",
        );
      }
      return withChanges(source, {
        ...uri.isCatalog ? { models: () => readUnityModels(http) } : {},
        close: async (): Promise<void> => {
          await source.close();
          await signIn?.close();
        },
      });
    },
  };
}

/** A client that signs in by its id and secret, as the token's endpoint wants. */
function signInClient({ host, account }: DatabricksLogin, { env, logger, signal }: RestOptions): HttpClient {
  const { clientId, clientSecret } = account as { readonly clientId: string; readonly clientSecret: string };
  return createHttpClient({
    baseUrl: host,
    service: "Databricks",
    headers: { authorization: basicAuthorization({ username: clientId, password: clientSecret }) },
    transport: createTransport({ env }),
    ...patienceFrom(env, "MLFLOW"),
    logger,
    signal,
  });
}
