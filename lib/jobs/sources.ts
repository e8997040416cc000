/**
 * The sources there are, by --import-type. A new one is a folder beside lib/mlflow and one line here.
 * @module
 */
import type { SourceFactory } from "../source/mod.ts";

/** Loads the factory of each source when it is asked for, so that --help loads none. */
export const sources: Readonly<Record<string, () => Promise<SourceFactory>>> = {
  mlflow: async () => (await import("../mlflow/rest/mod.ts")).createMlflowSource,
};
