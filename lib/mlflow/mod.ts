/**
 * MLflow as a kind of source: chooses the reader by the tracking URI, and loads no other.
 * @module
 */
import type { SourceAddress, SourceKind } from "../source/mod.ts";
import type { RestOptions } from "./rest/options.ts";
import { sourceIdOf } from "./uri/source_id.ts";
import { parseTrackingUri } from "./uri/tracking_uri.ts";

/** What MLflow is read with, whichever way. */
export type MlflowOptions = RestOptions;

/** --import-type mlflow. */
export const MLFLOW: SourceKind<MlflowOptions> = { importSource: "mlflow", sourceIdOf, locate };

async function locate(options: MlflowOptions): Promise<SourceAddress> {
  const uri = parseTrackingUri(options.trackingUrl);
  switch (uri.kind) {
    case "http":
      return await (await import("./rest/mod.ts")).locateServer(options, uri);
    case "sqlite":
    case "postgresql":
    case "mysql":
      return await (await import("./store/sql/mod.ts")).locateDatabase(options);
    case "files":
      throw new RangeError(`Cannot read ${uri.uri}: there is no reader of folders`);
  }
}
