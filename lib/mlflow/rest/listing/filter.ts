/**
 * A selection of runs in MLflow's own filter language.
 * @module
 */
import { UsageError } from "../../../errors.ts";
import { HttpError } from "../../../http/failure/errors.ts";
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

/** A filter that MLflow cannot read is the user's to mend: returns that in words, and any other failure as it is. */
export function inWordsOf(filter: string, error: unknown): unknown {
  if (filter === "" || !(error instanceof HttpError) || error.errorCode !== "INVALID_PARAMETER_VALUE") return error;
  return new UsageError(`MLflow refused the filter ${filter}: ${error.serverMessage}`, { cause: error });
}
