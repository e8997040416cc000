/**
 * The values of a run that filters and orders name: attributes, metrics, params and tags.
 * @module
 */
import { invalid } from "./mlflow_errors.ts";
import type { WorldRun } from "./world_types.ts";

/** A value to compare; null where the run has none. */
export type Comparable = string | number | bigint | null;

/** The kinds of things that a filter can name, by every spelling MLflow takes. */
const ENTITIES: Readonly<Record<string, "attribute" | "metric" | "parameter" | "tag">> = {
  attribute: "attribute",
  attributes: "attribute",
  attr: "attribute",
  run: "attribute",
  metric: "metric",
  metrics: "metric",
  parameter: "parameter",
  parameters: "parameter",
  param: "parameter",
  params: "parameter",
  tag: "tag",
  tags: "tag",
};

const ATTRIBUTES: Readonly<Record<string, (run: WorldRun) => Comparable>> = {
  run_id: (run) => run.id,
  run_name: (run) => run.name,
  user_id: (run) => run.userId,
  status: (run) => run.status,
  artifact_uri: (run) => run.artifactUri,
  start_time: (run) => run.startTime,
  created: (run) => run.startTime,
  end_time: (run) => run.endTime,
};

/** Attributes whose values are numbers. */
export const NUMERIC_ATTRIBUTES: ReadonlySet<string> = new Set(["start_time", "created", "end_time"]);

/** The kind that a word means, "" for none. */
export function entityOf(word: string): string {
  return ENTITIES[word.toLowerCase()] ?? "";
}

/** The names of the attributes that can be searched. */
export function attributeNames(): readonly string[] {
  return Object.keys(ATTRIBUTES);
}

/** Reads one value of any run. */
export function runValue(word: string, key: string): (run: WorldRun) => Comparable {
  switch (entityOf(word)) {
    case "metric":
      return (run) => run.metrics.get(key)?.latest().value ?? null;
    case "parameter":
      return (run) => run.params.get(key) ?? null;
    case "tag":
      return (run) => run.tags.get(key) ?? null;
    default: {
      const attribute = ATTRIBUTES[key];
      if (attribute === undefined) throw invalid(`Invalid attribute key '${key}' specified.`);
      return attribute;
    }
  }
}
