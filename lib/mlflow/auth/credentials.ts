/**
 * How to reach an MLflow server: its address without credentials, the headers that carry them, and what to hide. The order
 * in which MLflow's Python client takes them was checked against that client (3.3.0): ~/.netrc, the address,
 * MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD (each from the environment, else from ~/.mlflow/credentials),
 * MLFLOW_TRACKING_TOKEN.
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import type { TlsOptions } from "../../http/connection/tls.ts";
import { basicAuthorization, splitCredentials } from "../../http/failure/url.ts";
import type { Authorize } from "../../http/types.ts";
import type { Environment } from "../../environment.ts";
import { checkGivenHeaders, type GivenHeaders, secretsOfHeaders } from "./given_headers.ts";
import { parseIni } from "./ini.ts";
import { type PodAccount, readPodAccount } from "./kubernetes.ts";
import { findNetrcEntry } from "./netrc.ts";

/** Where to look. */
export interface CredentialsOptions {
  /** As the user gave it, http or https, perhaps with user and password. */
  readonly trackingUrl: string;
  /** Holds the variables MLFLOW_TRACKING_…, MLFLOW_WORKSPACE and NETRC. */
  readonly env: Environment;
  /** What a gateway wants besides: over what the variables say. @default {none} */
  readonly headers?: GivenHeaders;
  /** The folder of .mlflow/credentials and .netrc. */
  readonly homeFolder: string;
  /** Reads a file; a rejection means that there is none. */
  readonly readTextFile: (path: string) => Promise<string>;
}

/** How to reach a server. */
export interface Credentials {
  /** Origin and path, without credentials and without one trailing slash. */
  readonly baseUrl: string;
  /** Authorization, X-MLFLOW-WORKSPACE and those that were given, as far as there are any; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Signs each call, or gives it a token that ends. @default {nothing is needed} */
  readonly authorize?: Authorize;
  /** Every text that must not be shown, in each form that it may appear in. */
  readonly secrets: readonly string[];
  /** What the variables say about certificates. */
  readonly tls: TlsOptions;
  /** What the user should know: variables of MLflow's that have no effect here. */
  readonly warnings: readonly string[];
}

/** Either form of authentication. */
type Login = { readonly username: string; readonly password: string } | { readonly token: string };

/**
 * Reads everything that says how to reach a server.
 *
 * @throws {UsageError} if the address is none, or variables contradict each other.
 */
export async function readCredentials(options: CredentialsOptions): Promise<Credentials> {
  const { trackingUrl, env } = options;
  if (!URL.canParse(trackingUrl)) {
    throw new UsageError("Cannot use the tracking URL: it is not a URL", {
      hint: "Give it as http://HOST:PORT or https://HOST",
    });
  }
  const { url, credentials } = splitCredentials(new URL(trackingUrl));
  const login = await readNetrc(url, options) ??
    // As in Python, a user without a password counts only where there is nothing else.
    (credentials?.password ? credentials : null) ??
    await readVariables(options) ??
    credentials;
  const authorization = authorizationOf(login);
  const raw = new URL(trackingUrl);
  const headers = checkGivenHeaders(Object.entries(options.headers ?? {}));
  const aws = isTrue("MLFLOW_TRACKING_AWS_SIGV4", env) ? await readAws(url, options) : null;
  const pod = aws === null && login === null ? await readPod(options) : null;
  const workspace = env.MLFLOW_WORKSPACE || pod?.namespace;
  return {
    baseUrl: url.origin + url.pathname.replace(/\/$/, ""),
    headers: {
      ...(authorization && { authorization }),
      ...(workspace && { "x-mlflow-workspace": workspace }),
      ...lowerCased(headers),
    },
    authorize: aws?.authorize ?? (pod === null ? undefined : podAuthorize(pod)),
    secrets: [
      ...secretsOf([login, credentials], [raw.password, env.MLFLOW_TRACKING_PASSWORD, env.MLFLOW_TRACKING_TOKEN]),
      ...secretsOfHeaders(headers),
      ...aws?.secrets ?? [],
      ...pod === null ? [] : [await pod.token()],
    ],
    tls: tlsOf(env),
    warnings: [...loginWarnings(login, credentials, options), ...warningsOf(env)],
  };
}

/** The keys that sign for an MLflow behind Amazon's API Gateway, as MLflow's own client does: over any login. */
async function readAws(
  url: URL,
  options: CredentialsOptions,
): Promise<{ readonly authorize: Authorize; readonly secrets: readonly string[] }> {
  const { readAwsCredentials, secretsOfAws } = await import("./aws_credentials.ts");
  const credentials = await readAwsCredentials(options);
  const region = credentials?.region ?? /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(url.hostname)?.[1];
  if (credentials === null || region === undefined) {
    const missing = credentials === null ? "there is no key" : "there is no region";
    throw new UsageError(`Cannot use MLFLOW_TRACKING_AWS_SIGV4: ${missing}`, {
      hint: credentials === null ? "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE" : "Set AWS_REGION",
    });
  }
  const { awsAuthorize } = await import("./aws_sign.ts");
  return {
    authorize: awsAuthorize({ credentials, service: "execute-api", region }),
    secrets: secretsOfAws(credentials),
  };
}

async function readPod({ env, readTextFile }: CredentialsOptions): Promise<PodAccount | null> {
  const kind = env.MLFLOW_TRACKING_AUTH;
  if (kind !== "kubernetes" && kind !== "kubernetes-namespaced") return null;
  return await readPodAccount(readTextFile, { isNamespaced: kind === "kubernetes-namespaced" });
}

function podAuthorize(pod: PodAccount): Authorize {
  return async () => ({ authorization: `Bearer ${await pod.token()}` });
}

function lowerCased(headers: GivenHeaders): GivenHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function authorizationOf(login: Login | null): string | null {
  if (login === null) return null;
  return "token" in login ? `Bearer ${login.token}` : basicAuthorization(login);
}

async function readNetrc(url: URL, options: CredentialsOptions): Promise<Login | null> {
  const { env, homeFolder } = options;
  const paths = env.NETRC ? [env.NETRC] : [join(homeFolder, ".netrc"), join(homeFolder, "_netrc")];
  for (const path of paths) {
    const text = await readIfThere(path, options);
    if (text !== null) return findNetrcEntry(text, url.hostname.replace(/^\[|\]$/g, ""));
  }
  return null;
}

async function readVariables(options: CredentialsOptions): Promise<Login | null> {
  const { env, homeFolder } = options;
  const file = readIni(await readIfThere(join(homeFolder, ".mlflow", "credentials"), options) ?? "");
  const username = env.MLFLOW_TRACKING_USERNAME || file.get("mlflow_tracking_username");
  const password = env.MLFLOW_TRACKING_PASSWORD || file.get("mlflow_tracking_password");
  if (username && password) return { username, password };
  return env.MLFLOW_TRACKING_TOKEN ? { token: env.MLFLOW_TRACKING_TOKEN } : null;
}

/** The section [mlflow] over [DEFAULT] of an INI file; "%%" stands for a percent sign. */
function readIni(text: string): Map<string, string> {
  const sections = parseIni(text);
  const entries = [...sections.get("DEFAULT") ?? [], ...sections.get("mlflow") ?? []];
  return new Map(entries.map(([name, value]) => [name, value.replaceAll("%%", "%")]));
}

async function readIfThere(path: string, options: CredentialsOptions): Promise<string | null> {
  return await options.readTextFile(path).catch(() => null);
}

function secretsOf(logins: readonly (Login | null)[], texts: readonly (string | undefined)[]): string[] {
  const secrets = new Set<string>();
  for (const text of [...texts, ...logins.map((login) => login && ("token" in login ? login.token : login.password))]) {
    if (!text) continue;
    secrets.add(text);
    secrets.add(encodeURIComponent(text));
  }
  for (const login of logins) {
    if (login !== null && !("token" in login)) secrets.add(basicAuthorization(login).slice("Basic ".length));
  }
  return [...secrets];
}

function tlsOf(env: Environment): TlsOptions {
  const insecure = isTrue("MLFLOW_TRACKING_INSECURE_TLS", env);
  const caPath = env.MLFLOW_TRACKING_SERVER_CERT_PATH;
  const clientCertPath = env.MLFLOW_TRACKING_CLIENT_CERT_PATH;
  if (insecure && caPath) {
    throw new UsageError("Cannot use MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH together", {
      hint: "Set one of them: the first trusts every server, the second only those of a certificate file",
    });
  }
  const caVariable = caPath ? "MLFLOW_TRACKING_SERVER_CERT_PATH" : undefined;
  return { insecure, caPath, caVariable, clientCertPath };
}

/** A name alone is no login, and nothing says so but a refusal, if that. */
function loginWarnings(
  login: Login | null,
  ofUrl: { readonly username: string; readonly password: string } | null,
  { env }: CredentialsOptions,
): string[] {
  const warnings: string[] = [];
  if (ofUrl !== null && ofUrl.password === "") {
    const instead = login === ofUrl ? "an empty one is sent" : "another login is used";
    warnings.push(`The tracking URL has a user and no password: ${instead}`);
  }
  for (const [one, other] of [["USERNAME", "PASSWORD"], ["PASSWORD", "USERNAME"]]) {
    const [name, missing] = [`MLFLOW_TRACKING_${one}`, `MLFLOW_TRACKING_${other}`];
    const isUsed = login !== null && "username" in login && login !== ofUrl;
    if (env[name] && !env[missing] && !isUsed) warnings.push(`${name} has no effect without ${missing}`);
  }
  return warnings;
}

function warningsOf(env: Environment): string[] {
  const kind = env.MLFLOW_TRACKING_AUTH;
  if (!kind || kind === "kubernetes" || kind === "kubernetes-namespaced") return [];
  return [
    "MLFLOW_TRACKING_AUTH has no effect but for kubernetes and kubernetes-namespaced: other plugins are Python code",
  ];
}

/** Reads a boolean as MLflow does: true, 1, false, 0 in any case. */
function isTrue(name: string, env: Environment): boolean {
  const value = env[name]?.toLowerCase() ?? "";
  if (["true", "1"].includes(value)) return true;
  if (["", "false", "0"].includes(value)) return false;
  throw new UsageError(`Cannot read ${name}: expected true, false, 1 or 0, found ${JSON.stringify(env[name])}`, {
    hint: `Correct ${name}, or unset it`,
  });
}
