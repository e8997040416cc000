/**
 * FastTrackML, another server that speaks MLflow's API: from PyPI, where its one binary lies.
 * @module
 */
import { join } from "node:path";
import { freePort, serve } from "./serving.ts";
import { venvPython } from "./venvs.ts";

/** A running server; disposing it ends it and removes its data. */
export interface FastTrackMl extends AsyncDisposable {
  readonly url: string;
  /** A Python with an MLflow client. */
  readonly python: string;
}

/** Starts a server with data of its own. */
export async function startFastTrackMl(): Promise<FastTrackMl> {
  const python = await venvPython("fasttrackml-0.6.0");
  const folder = await Deno.makeTempDir({ prefix: "fasttrackml-" });
  const url = `http://127.0.0.1:${freePort()}`;
  const served = await serve({
    name: "FastTrackML",
    python,
    folder,
    command: [
      join(python, "..", "fml"),
      "server",
      ...["--listen-address", new URL(url).host],
      ...["--database-uri", `sqlite://${join(folder, "fasttrackml.db")}`],
      ...["--default-artifact-root", join(folder, "artifacts")],
    ],
    health: [`${url}/health`],
  });
  return { url, python, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
}
