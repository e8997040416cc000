/**
 * The shape of the contract's requests.
 * @module
 */
import type { MlflowVersion } from "../../sandbox/mlflow/protocol/dialect.ts";

/** One request. Paths are below the tracking URL. */
export interface ContractRequest {
  /** @default {"GET"} */
  readonly method?: "GET" | "POST" | "PUT";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which versions it is asked. @default {all} */
  readonly versions?: readonly MlflowVersion[];
}

/** Where MLflow's REST begins. */
export const API = "/api/2.0/mlflow";
