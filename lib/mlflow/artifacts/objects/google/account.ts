/**
 * Whose name Google is asked in: from the variables and files of Google's own clients ("application default credentials").
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import type { Environment } from "../../../../environment.ts";
import { UsageError } from "../../../../errors.ts";
import { visible } from "../../../../visible.ts";

/** Where to look. */
export interface AccountOptions {
  /** Holds GOOGLE_APPLICATION_CREDENTIALS and its like. */
  readonly env: Environment;
  /** The folder of .config. */
  readonly homeFolder: string;
  /** Reads a file; a rejection means that there is none. */
  readonly readTextFile: (path: string) => Promise<string>;
}

/** A program's account: what it asks for is signed with its key. */
export interface ServiceAccount {
  readonly kind: "service";
  readonly email: string;
  /** PEM. */
  readonly privateKey: string;
  readonly keyId?: string;
  readonly tokenUri: string;
}

/** A person who signed in by gcloud. */
export interface UserAccount {
  readonly kind: "user";
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly tokenUri: string;
}

/** One of the accounts that a file may hold. */
export type GoogleAccount = ServiceAccount | UserAccount;

const TOKEN_URI = "https://oauth2.googleapis.com/token";

/**
 * Reads the file that GOOGLE_APPLICATION_CREDENTIALS names, else the one of `gcloud auth application-default login` (below
 * CLOUDSDK_CONFIG). Null where there is neither.
 *
 * @throws {UsageError} for a file that is named and not there, and for one that holds no account of these kinds.
 */
export async function readGoogleAccount(
  { env, homeFolder, readTextFile }: AccountOptions,
): Promise<GoogleAccount | null> {
  const named = env["GOOGLE_APPLICATION_CREDENTIALS"];
  const path = named || join(gcloudFolder(env, homeFolder), "application_default_credentials.json");
  const text = await readTextFile(path).catch(() => null);
  if (text !== null) return parseAccount(text, path);
  if (named) throw new UsageError(`Cannot use GOOGLE_APPLICATION_CREDENTIALS: ${visible(path)} cannot be read`);
  return null;
}

/** Returns what must not be shown of an account. */
export function secretsOfAccount(account: GoogleAccount): string[] {
  return account.kind === "service" ? [account.privateKey] : [account.clientSecret, account.refreshToken];
}

function gcloudFolder(env: Environment, homeFolder: string): string {
  if (env["CLOUDSDK_CONFIG"]) return env["CLOUDSDK_CONFIG"];
  return process.platform === "win32" && env["APPDATA"]
    ? join(env["APPDATA"], "gcloud")
    : join(homeFolder, ".config", "gcloud");
}

function parseAccount(text: string, path: string): GoogleAccount {
  const held = membersOf(text);
  const member = (name: string): string | undefined => typeof held[name] === "string" ? held[name] : undefined;
  const tokenUri = member("token_uri") || TOKEN_URI;
  const type = member("type");
  if (!/^https?:\/\//.test(tokenUri)) {
    throw new UsageError(`Cannot use ${visible(path)}: its token_uri is no web address`);
  }
  if (type === "service_account") {
    const [email, privateKey, keyId] = [member("client_email"), member("private_key"), member("private_key_id")];
    if (email && privateKey) return { kind: "service", email, privateKey, keyId, tokenUri };
  } else if (type === "authorized_user") {
    const [clientId, clientSecret] = [member("client_id"), member("client_secret")];
    const refreshToken = member("refresh_token");
    if (clientId && clientSecret && refreshToken) {
      return { kind: "user", clientId, clientSecret, refreshToken, tokenUri };
    }
  }
  const found = type === undefined
    ? "it is no account of Google's"
    : `it is of the type ${visible(type)}, or not whole`;
  throw new UsageError(`Cannot use ${visible(path)}: ${found}`, {
    hint: "Give the key of a service account (JSON), or sign in by gcloud auth application-default login",
  });
}

/** What JSON.parse says of a file that is none holds a piece of it. */
function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
