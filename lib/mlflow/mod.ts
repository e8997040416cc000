/**
 * MLflow as a kind of source: chooses the reader by the tracking URI, and loads no other.
 * @module
 */
import type { SourceAddress, SourceKind } from "../source/mod.ts";
import type { RestOptions } from "./rest/options.ts";
import { databaseKind } from "./store/sql/uri.ts";
import { sourceIdOf } from "./uri/source_id.ts";

/** What MLflow is read with, whichever way. */
export type MlflowOptions = RestOptions;

/** --import-type mlflow. */
export const MLFLOW: SourceKind<MlflowOptions> = { importSource: "mlflow", sourceIdOf, locate };

async function locate(options: MlflowOptions): Promise<SourceAddress> {
  if (databaseKind(options.trackingUrl) !== undefined) {
    return await (await import("./store/sql/mod.ts")).locateDatabase(options);
  }
  return await (await import("./rest/mod.ts")).locateServer(options);
}
