/**
 * Servers that speak S3: moto, which stands in for Amazon's, and Versity's gateway over a folder, which checks every signature.
 * @module
 */
import { join } from "node:path";
import { freePort, serve } from "./serving.ts";
import { venvPython } from "./venvs.ts";

/** What is installed by Go where it is not there. */
const GATEWAY = { module: "github.com/versity/versitygw/cmd/versitygw", version: "v1.8.0" } as const;

/** A running server of buckets. */
export interface RealS3 extends AsyncDisposable {
  readonly name: string;
  /** Who may do anything there, and where it is: for MLflow's client and for ours. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts moto. It takes any key. */
export async function startMoto(): Promise<RealS3> {
  const python = await venvPython("mlflow-3.17.2-s3");
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = [join(python, "..", "moto_server"), "--host", "127.0.0.1", "--port", String(port)];
  return await start("moto", { url, command, health: `${url}/moto-api/data.json` });
}

/** Starts Versity's gateway. */
export async function startVersity(): Promise<RealS3> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = await Deno.makeTempDir({ prefix: "versity-data-" });
  const options = [
    "--port",
    `127.0.0.1:${port}`,
    "--access",
    KEYS.AWS_ACCESS_KEY_ID,
    "--secret",
    KEYS.AWS_SECRET_ACCESS_KEY,
  ];
  const command = [await gatewayPath(), ...options, "--health", "/health", "posix", data];
  const server = await start("versitygw", { url, command, health: `${url}/health` });
  return {
    ...server,
    async [Symbol.asyncDispose](): Promise<void> {
      await server[Symbol.asyncDispose]();
      await Deno.remove(data, { recursive: true });
    },
  };
}

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDLIVETESTS", AWS_SECRET_ACCESS_KEY: "secret/of+the=live-tests" } as const;

async function start(
  name: string,
  { url, command, health }: { readonly url: string; readonly command: readonly string[]; readonly health: string },
): Promise<RealS3> {
  const folder = await Deno.makeTempDir({ prefix: `${name}-` });
  const python = await venvPython("mlflow-3.17.2-s3");
  const server = await serve({ name, python, folder, command, health: [health] });
  const env = { ...KEYS, AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1", MLFLOW_S3_ENDPOINT_URL: url };
  return { name, env, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** The path of the gateway, which is built once (three minutes) and kept in the user's cache folder. */
async function gatewayPath(): Promise<string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") || join(Deno.env.get("HOME") ?? ".", ".cache");
  const folder = join(cache, "kiroframe-importer", "go", `versitygw-${GATEWAY.version}`);
  const path = join(folder, "versitygw");
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  const { success, stderr } = await new Deno.Command("go", {
    args: ["install", `${GATEWAY.module}@${GATEWAY.version}`],
    env: { GOBIN: folder },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot build versitygw: ${new TextDecoder().decode(stderr)}`);
  return path;
}
