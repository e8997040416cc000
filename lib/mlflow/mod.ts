/**
 * MLflow as a kind of source: chooses the reader by the tracking URI, and loads no other.
 * @module
 */
import type { SourceAddress, SourceKind } from "../source/mod.ts";
import type { RestOptions } from "./rest/options.ts";
import { sourceIdOf } from "./uri/source_id.ts";
import { parseTrackingUri, type TrackingUri } from "./uri/tracking_uri.ts";

/** What MLflow is read with, whichever way. */
export type MlflowOptions = RestOptions;

/** --import-type mlflow. */
export const MLFLOW: SourceKind<MlflowOptions> = { importSource: "mlflow", sourceIdOf, locate };

async function locate(options: MlflowOptions): Promise<SourceAddress> {
  const address = await locateAt(options, parseTrackingUri(options.trackingUrl));
  const registryUri = options.env["MLFLOW_REGISTRY_URI"];
  if (!registryUri || registryUri === options.trackingUrl) return address;
  const uri = parseTrackingUri(registryUri, "MLFLOW_REGISTRY_URI");
  const { withRegistry } = await import("./registry.ts");
  return withRegistry(address, await locateAt({ ...options, trackingUrl: registryUri }, uri));
}

async function locateAt(options: MlflowOptions, uri: TrackingUri): Promise<SourceAddress> {
  switch (uri.kind) {
    case "http":
      return await (await import("./rest/mod.ts")).locateServer(options, uri);
    case "sqlite":
    case "postgresql":
    case "mysql":
      return await (await import("./store/sql/mod.ts")).locateDatabase(options);
    case "files":
      return await (await import("./store/files/mod.ts")).locateFiles(options);
  }
}
