/**
 * MLflow's own language of filters and orders.
 * @module
 */
import type { QueryLanguage } from "../protocol/queries.ts";
import { parseRunFilter } from "./filter.ts";
import { experimentOrder, versionOrder } from "./listing_orders.ts";
import { parseRunOrder } from "./order.ts";
import { parseModelFilter } from "./registry_filter.ts";

/** All of it, as far as the sandbox speaks it. */
export const MLFLOW_QUERIES: QueryLanguage = {
  runFilter: parseRunFilter,
  runOrder: parseRunOrder,
  experimentOrder,
  modelFilter: parseModelFilter,
  versionOrder,
};
