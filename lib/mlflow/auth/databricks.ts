/**
 * Who asks a Databricks workspace, and where it is: from the variables and the file of Databricks' own tools.
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Environment } from "../../environment.ts";
import { visible } from "../../visible.ts";
import { parseIni } from "./ini.ts";

/** Where to look. */
export interface DatabricksOptions {
  /** Holds DATABRICKS_HOST and its like. */
  readonly env: Environment;
  /** The folder of .databrickscfg. */
  readonly homeFolder: string;
  /** Reads a file; a rejection means that there is none. */
  readonly readTextFile: (path: string) => Promise<string>;
}

/** A workspace and an account of it. */
export interface DatabricksLogin {
  /** The workspace's address, without a path. */
  readonly host: string;
  /** A personal access token, or the client of a service principal (OAuth, machine to machine). */
  readonly account: { readonly token: string } | { readonly clientId: string; readonly clientSecret: string };
}

const NAMES = ["host", "token", "client_id", "client_secret"] as const;

/**
 * Reads DATABRICKS_HOST with DATABRICKS_TOKEN or with DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, and what is not there from the
 * profile (DATABRICKS_CONFIG_PROFILE, else DEFAULT) of ~/.databrickscfg (DATABRICKS_CONFIG_FILE). Of a profile that the URI names, nothing
 * comes from the variables.
 *
 * @throws {UsageError} if there is no host, or nobody to ask it.
 */
export async function readDatabricksLogin(
  profile: string | undefined,
  { env, homeFolder, readTextFile }: DatabricksOptions,
): Promise<DatabricksLogin> {
  const name = profile ?? (env["DATABRICKS_CONFIG_PROFILE"] || "DEFAULT");
  const file = await readTextFile(env["DATABRICKS_CONFIG_FILE"] || join(homeFolder, ".databrickscfg")).catch(() => "");
  const section = parseIni(file).get(name);
  if (section === undefined && name !== "DEFAULT") {
    throw new UsageError(`Cannot use the Databricks profile ${visible(name)}: ~/.databrickscfg does not have it`);
  }
  const [host, token, clientId, clientSecret] = NAMES.map((key) =>
    (profile === undefined ? env[`DATABRICKS_${key.toUpperCase()}`] : undefined) || section?.get(key)
  );
  const address = host === undefined ? "" : /^https?:\/\//i.test(host) ? host : `https://${host}`;
  if (!URL.canParse(address)) {
    throw new UsageError("Cannot use databricks: there is no address of a workspace", {
      hint: "Set DATABRICKS_HOST, or give host in a profile of ~/.databrickscfg",
    });
  }
  const { origin } = new URL(address);
  if (token) return { host: origin, account: { token } };
  if (clientId && clientSecret) return { host: origin, account: { clientId, clientSecret } };
  throw new UsageError(`Cannot use ${origin}: there is neither a token nor a client of it`, {
    hint: "Set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, or give them in the profile",
  });
}
