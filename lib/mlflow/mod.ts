/**
 * MLflow as a kind of source: chooses the reader by the tracking URI.
 * @module
 */
import type { SourceAddress, SourceKind } from "../source/mod.ts";
import { locateServer } from "./rest/mod.ts";
import type { RestOptions } from "./rest/options.ts";
import { sourceIdOf } from "./uri/source_id.ts";
import { parseTrackingUri } from "./uri/tracking_uri.ts";

/** What MLflow is read with, whichever way. */
export type MlflowOptions = RestOptions;

/** --import-type mlflow. */
export const MLFLOW: SourceKind<MlflowOptions> = { importSource: "mlflow", sourceIdOf, locate };

async function locate(options: MlflowOptions): Promise<SourceAddress> {
  const uri = parseTrackingUri(options.trackingUrl);
  if (uri.kind !== "http") throw new RangeError(`Cannot read a ${uri.kind} store: there is no reader`);
  return await locateServer(options, uri);
}
