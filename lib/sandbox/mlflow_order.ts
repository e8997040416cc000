/**
 * The order_by of runs/search: "attributes.start_time DESC", "metrics.loss", "params.`a b` ASC".
 * @module
 */
import { invalid } from "./mlflow_errors.ts";
import { runValue } from "./mlflow_run_values.ts";
import type { WorldRun } from "./world_types.ts";

/** Compares two runs. */
export type RunOrder = (a: WorldRun, b: WorldRun) => number;

/** Parses order_by; null where it asks for nothing but the default order. Runs without the value come last. */
export function parseRunOrder(clauses: readonly string[]): RunOrder | null {
  if (clauses.every((clause) => /^attributes?\.start_time DESC$/i.test(clause.trim()))) return null;
  const orders = clauses.map(parseClause);
  return (a, b) => {
    for (const order of orders) {
      const result = order(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };
}

function parseClause(clause: string): RunOrder {
  const match = /^\s*(?:(\w+)\.)?(`[^`]+`|"[^"]+"|[\w./-]+)(?:\s+(ASC|DESC))?\s*$/i.exec(clause);
  if (match === null) throw invalid(`Invalid order_by clause '${clause}'. Could not be parsed.`);
  const [, entity = "attribute", quoted = "", direction = "ASC"] = match;
  const value = runValue(entity, quoted.replace(/^[`"]|[`"]$/g, ""));
  const sign = direction.toUpperCase() === "DESC" ? -1 : 1;
  return (a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return left < right ? -sign : left > right ? sign : 0;
  };
}
