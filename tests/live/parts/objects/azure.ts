/**
 * Azurite, Microsoft's own emulator of Azure's storage, which checks every signature.
 * @module
 */
import { freePort, serve } from "../serving.ts";
import { venvPython } from "../venvs.ts";
import type { RealObjects } from "./store.ts";

const EMULATOR = "npm:azurite@3.37.0/azurite-blob";

/** An account of nobody's. */
const ACCOUNT = "livetests";
const KEY = btoa("the key of the live tests, which opens nothing");

/** Starts its blobs; all is in memory. */
export async function startAzurite(): Promise<RealObjects> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const where = ["--blobHost", "127.0.0.1", "--blobPort", String(port)];
  const server = await serve({
    name: "azurite",
    python: await venvPython("mlflow-3.17.2-objects"),
    folder: await Deno.makeTempDir({ prefix: "azurite-" }),
    command: [
      ...[Deno.execPath(), "run", "-A", "--no-config", "--no-lock", EMULATOR, ...where],
      ...["--silent", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"],
    ],
    env: { AZURITE_ACCOUNTS: `${ACCOUNT}:${KEY}` },
    health: [url],
    isReadyWhen: "it answers",
  });
  const connection = (url: string, key = KEY): Record<string, string> => ({
    AZURE_STORAGE_CONNECTION_STRING:
      `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};BlobEndpoint=${url}/${ACCOUNT};`,
  });
  return {
    name: "azurite",
    root: `wasbs://artifacts-of-runs@${ACCOUNT}.blob.core.windows.net/deep`,
    url,
    envAt: (url) => connection(url),
    wrongEnv: connection(url, btoa("another")),
    secrets: [KEY],
    advice: "AZURE_STORAGE_CONNECTION_STRING",
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
