/**
 * A selection of runs in MLflow's own filter language.
 * @module
 */
import type { RunSelection } from "../../../source/mod.ts";

/** Returns the `filter` of runs/search; "" for all runs. */
export function filterOf({ sinceMs = null, untilMs = null, filter = "" }: RunSelection): string {
  const conditions = [
    ...(sinceMs === null ? [] : [`attributes.start_time >= ${sinceMs}`]),
    ...(untilMs === null ? [] : [`attributes.start_time < ${untilMs}`]),
    ...(filter === "" ? [] : [filter]),
  ];
  return conditions.join(" and ");
}
