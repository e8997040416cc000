/**
 * fake-gcs-server, which speaks Google Cloud Storage's API and lets in anybody.
 * @module
 */
import { freePort, serve } from "../serving.ts";
import { venvPython } from "../venvs.ts";
import { goProgram } from "./go.ts";
import type { RealObjects } from "./store.ts";

const EMULATOR = { module: "github.com/fsouza/fake-gcs-server", version: "v1.56.1" } as const;

/** Starts it; all is in memory. */
export async function startFakeGcs(): Promise<RealObjects> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const where = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port), "-external-url", url];
  const server = await serve({
    name: "fake-gcs-server",
    python: await venvPython("mlflow-3.17.2-objects"),
    folder: await Deno.makeTempDir({ prefix: "fake-gcs-" }),
    command: [await goProgram(EMULATOR), ...where, "-backend", "memory", "-log-level", "error"],
    health: [`${url}/_internal/healthcheck`],
  });
  return {
    name: "fake-gcs-server",
    root: "gs://artifacts-of-runs/deep",
    url,
    envAt: (url) => ({ STORAGE_EMULATOR_HOST: url }),
    secrets: [],
    advice: "GOOGLE_APPLICATION_CREDENTIALS",
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
