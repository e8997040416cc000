/**
 * MLflow as a kind of source: chooses the reader by the tracking URI.
 * @module
 */
import type { SourceKind } from "../source/mod.ts";
import { locateServer } from "./rest/mod.ts";
import type { RestOptions } from "./rest/options.ts";
import { sourceIdOf } from "./uri/source_id.ts";

/** What MLflow is read with, whichever way. */
export type MlflowOptions = RestOptions;

/** --import-type mlflow. */
export const MLFLOW: SourceKind<MlflowOptions> = { importSource: "mlflow", sourceIdOf, locate: locateServer };
