/**
 * The credentials of AWS, from the usual variables and files.
 * @module
 */
import { join } from "node:path";
import type { Environment } from "../../environment.ts";
import { UsageError } from "../../errors.ts";
import { visible } from "../../visible.ts";
import { type IniFile, parseIni } from "./ini.ts";

/** Where to look. */
export interface AwsOptions {
  /** Holds AWS_ACCESS_KEY_ID and its like. */
  readonly env: Environment;
  /** The folder of .aws. */
  readonly homeFolder: string;
  /** Reads a file; a rejection means that there is none. */
  readonly readTextFile: (path: string) => Promise<string>;
}

/** Who asks, and where. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** For temporary ones. */
  readonly sessionToken?: string;
  /** As configured; undefined where it is nowhere. */
  readonly region?: string;
}

/** What a profile may say in place of a key, which would have to be asked for elsewhere. */
const ELSEWHERE = [
  "role_arn",
  "credential_process",
  "sso_session",
  "sso_start_url",
  "web_identity_token_file",
  "login_session",
];

/**
 * Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else the profile (AWS_PROFILE, AWS_DEFAULT_PROFILE, "default") of
 * ~/.aws/credentials and ~/.aws/config; the region from AWS_REGION, AWS_DEFAULT_REGION or the profile. Null where there is no key.
 *
 * @throws {UsageError} for half a key, a profile that is named and not there, or one whose key would have to be asked for.
 */
export async function readAwsCredentials(options: AwsOptions): Promise<AwsCredentials | null> {
  const { env, homeFolder, readTextFile } = options;
  const read = async (name: string, variable: string): Promise<IniFile> =>
    parseIni(await readTextFile(env[variable] || join(homeFolder, ".aws", name)).catch(() => ""));
  const credentials = await read("credentials", "AWS_SHARED_CREDENTIALS_FILE");
  const config = await read("config", "AWS_CONFIG_FILE");
  const named = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE;
  const profile = new Map([
    ...config.get(named === undefined || named === "default" ? "default" : `profile ${named}`) ?? [],
    ...credentials.get(named ?? "default") ?? [],
  ]);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.get("region");
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = env;
  if (id && secret) {
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: env.AWS_SESSION_TOKEN || undefined, region };
  }
  if (id || secret) {
    throw new UsageError("Cannot use AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY, nor the other way round", {
      hint: "Set both, or neither",
    });
  }
  const [accessKeyId, secretAccessKey] = [profile.get("aws_access_key_id"), profile.get("aws_secret_access_key")];
  if (accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, sessionToken: profile.get("aws_session_token") || undefined, region };
  }
  const elsewhere = ELSEWHERE.find((name) => profile.has(name));
  if (elsewhere !== undefined) {
    throw new UsageError(`Cannot use the AWS profile ${visible(named ?? "default")}: it has no key, but ${elsewhere}`, {
      hint: 'Let AWS\'s own tool give one: eval "$(aws configure export-credentials --format env)"',
    });
  }
  if (named && profile.size === 0) {
    throw new UsageError(
      `Cannot use AWS_PROFILE ${visible(named)}: neither ~/.aws/credentials nor ~/.aws/config has it`,
    );
  }
  return null;
}

/** Returns what must not be shown of credentials. */
export function secretsOfAws(credentials: AwsCredentials | null): string[] {
  return [credentials?.secretAccessKey, credentials?.sessionToken].filter((text) => text !== undefined);
}
