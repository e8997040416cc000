/**
 * Kiroframe's import_source_id of a tracking server.
 * @module
 */
import { createHash } from "node:crypto";
import type { Environment } from "../../environment.ts";
import { cleanTrackingUri } from "./tracking_uri.ts";

/** The workspace of everything that was made without one. */
export const DEFAULT_WORKSPACE = "default";

/** The workspace that MLFLOW_WORKSPACE names; undefined for the default one. */
export function workspaceOf(env: Environment): string | undefined {
  const name = env["MLFLOW_WORKSPACE"];
  return name && name !== DEFAULT_WORKSPACE ? name : undefined;
}

/**
 * The first 10 hex digits of the md5 of the tracking URI as given (see {@linkcode cleanTrackingUri}), less one trailing slash. As given: the
 * same server under another name is another source, to Kiroframe and to the reference too. A workspace but the default one is a source of its
 * own: ids of experiments and names of models may be the same in two of them.
 */
export function sourceIdOf(trackingUri: string, env: Environment = {}): string {
  const workspace = workspaceOf(env);
  const uri = cleanTrackingUri(trackingUri).replace(/\/$/, "");
  const text = workspace === undefined ? uri : `${uri}#workspace=${workspace}`;
  return createHash("md5").update(text).digest("hex").slice(0, 10);
}
