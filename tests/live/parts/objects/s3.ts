/**
 * Servers that speak S3: moto, which stands in for Amazon's, and Versity's gateway over a folder, which checks every signature.
 * @module
 */
import { join } from "node:path";
import { freePort, serve } from "../serving.ts";
import { venvPython } from "../venvs.ts";
import { goProgram } from "./go.ts";
import type { RealObjects } from "./store.ts";

const GATEWAY = { module: "github.com/versity/versitygw/cmd/versitygw", version: "v1.8.0" } as const;

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDLIVETESTS", AWS_SECRET_ACCESS_KEY: "secret/of+the=live-tests" } as const;

/** Starts moto. It takes any key. */
export async function startMoto(): Promise<RealObjects> {
  const python = await venvPython("mlflow-3.17.2-objects");
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = [join(python, "..", "moto_server"), "--host", "127.0.0.1", "--port", String(port)];
  return await start("moto", { url, command, health: `${url}/moto-api/data.json` });
}

/** Starts Versity's gateway. */
export async function startVersity(): Promise<RealObjects> {
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
  const command = [await goProgram(GATEWAY), ...options, "--health", "/health", "posix", data];
  const server = await start("versitygw", { url, command, health: `${url}/health` });
  return {
    ...server,
    wrongEnv: { ...server.envAt(url), AWS_SECRET_ACCESS_KEY: "another" },
    async [Symbol.asyncDispose](): Promise<void> {
      await server[Symbol.asyncDispose]();
      await Deno.remove(data, { recursive: true });
    },
  };
}

async function start(
  name: string,
  { url, command, health }: { readonly url: string; readonly command: readonly string[]; readonly health: string },
): Promise<RealObjects> {
  const folder = await Deno.makeTempDir({ prefix: `${name}-` });
  const python = await venvPython("mlflow-3.17.2-objects");
  const server = await serve({ name, python, folder, command, health: [health] });
  const regions = { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" };
  return {
    name,
    root: "s3://artifacts-of-runs/deep",
    url,
    envAt: (url) => ({ ...KEYS, ...regions, MLFLOW_S3_ENDPOINT_URL: url }),
    secrets: [KEYS.AWS_SECRET_ACCESS_KEY],
    advice: "AWS_ACCESS_KEY_ID",
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
