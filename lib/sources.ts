/**
 * The sources there are, by --import-type. A new one is a folder beside lib/mlflow and one line here.
 * @module
 */
import type { Environment } from "./environment.ts";
import type { Source } from "./source.ts";
import type { Logger } from "./terminal/types.ts";

/** What a source is made from. */
export interface SourceOptions {
  /** As the user gave it, http or https, perhaps with user and password. */
  readonly trackingUrl: string;
  /** Where credentials, certificates and proxies are read from. */
  readonly env: Environment;
  /** Experiments a listing page. */
  readonly experimentPageSize: number;
  /** Runs a listing page. */
  readonly runPageSize: number;
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Told what is odd about the server. */
  readonly logger: Logger;
  /** Ends every call when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Makes a source; rejects with a UsageError when the options do not fit together. */
export type SourceFactory = (options: SourceOptions) => Promise<Source>;

/** Loads the factory of each source when it is asked for, so that --help loads none. */
export const sources: Readonly<Record<string, () => Promise<SourceFactory>>> = {
  mlflow: async () => (await import("./mlflow/mod.ts")).createMlflowSource,
};
