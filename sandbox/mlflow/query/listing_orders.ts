/**
 * The order_by of experiments/search and model-versions/search: "name ASC", "creation_time DESC".
 * @module
 */
import { invalid } from "../protocol/errors.ts";
import type { Order } from "../protocol/queries.ts";
import type { WorldExperiment, WorldModelVersion } from "../../world/types.ts";

/** Orders experiments; newest first where order_by is empty. */
export function experimentOrder(orderBy: readonly string[]): Order<WorldExperiment> {
  const clauses = orderBy.length === 0 ? ["creation_time DESC"] : orderBy;
  return orderOf([...clauses, "experiment_id"], (name) => experimentKey(name.replace(/^attributes?\./, "")));
}

/** Orders model versions; last updated first where order_by is empty. */
export function versionOrder(orderBy: readonly string[]): Order<WorldModelVersion> {
  const clauses = orderBy.length === 0 ? ["last_updated_timestamp DESC"] : orderBy;
  return orderOf([...clauses, "name ASC", "version_number DESC"], versionKey);
}

function orderOf<T>(clauses: readonly string[], keyOf: (name: string) => (item: T) => string | number): Order<T> {
  const keys = clauses.map((clause) => {
    const [name = "", direction = "ASC"] = clause.trim().split(/\s+/);
    return { value: keyOf(name), sign: direction.toUpperCase() === "DESC" ? -1 : 1 };
  });
  return (a, b) => {
    for (const { value, sign } of keys) {
      const [left, right] = [value(a), value(b)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}

function experimentKey(name: string): (experiment: WorldExperiment) => string | number {
  switch (name) {
    case "name":
      return (experiment) => experiment.name;
    case "experiment_id":
      return (experiment) => Number(experiment.id);
    case "creation_time":
      return (experiment) => Number(experiment.creationTime);
    case "last_update_time":
      return (experiment) => Number(experiment.lastUpdateTime);
    default:
      throw invalid(`Invalid order_by entity 'attribute' with key '${name}'`);
  }
}

function versionKey(name: string): (version: WorldModelVersion) => string | number {
  switch (name) {
    case "name":
      return (version) => version.name;
    case "version_number":
      return (version) => version.version;
    case "creation_timestamp":
      return (version) => Number(version.creationTimestamp);
    case "last_updated_timestamp":
      return (version) => Number(version.lastUpdatedTimestamp);
    default:
      throw invalid(`Invalid order by key '${name}' specified.`);
  }
}
