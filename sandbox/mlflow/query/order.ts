/**
 * The order_by of runs/search: "attributes.start_time DESC", "metrics.loss", "params.`a b` ASC".
 * @module
 */
import { invalid } from "../protocol/errors.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { Order } from "../protocol/queries.ts";
import { findField } from "./run_values.ts";
import type { WorldRun } from "../../world/types.ts";

/** Parses order_by; null where it asks for nothing but the default order. Runs without the value come last. */
export function parseRunOrder(clauses: readonly string[], dialect: Dialect): Order<WorldRun> | null {
  if (clauses.every((clause) => /^attributes?\.start_time DESC$/i.test(clause.trim()))) return null;
  const orders = clauses.map((clause) => parseClause(clause, dialect));
  return (a, b) => {
    for (const order of orders) {
      const result = order(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };
}

function parseClause(clause: string, dialect: Dialect): Order<WorldRun> {
  const match = /^\s*((?:`[^`]+`|"[^"]+"|[^\s`"])+)(?:\s+(ASC|DESC))?\s*$/i.exec(clause);
  if (match === null) throw invalid(`Invalid order_by clause '${clause}'. Could not be parsed.`);
  const [, name = "", direction = "ASC"] = match;
  const { read } = findField(name, dialect);
  const sign = direction.toUpperCase() === "DESC" ? -1 : 1;
  return (a, b) => {
    const [left, right] = [read(a), read(b)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return left < right ? -sign : left > right ? sign : 0;
  };
}
