/**
 * The values of a run that filters and orders name: attributes, metrics, params and tags.
 * @module
 */
import type { Dialect } from "../protocol/dialect.ts";
import { invalid, RestError } from "../protocol/errors.ts";
import type { WorldRun } from "../../world/types.ts";

/** A value to compare; null where the run has none. */
export type Comparable = string | number | bigint | null;

/** Something that a filter or an order names. */
export interface Field {
  /** "attribute", "metric", "parameter" or "tag". */
  readonly entity: string;
  /** The name without its kind and quotes. */
  readonly key: string;
  /** Compared with numbers, else with quoted texts. */
  readonly isNumeric: boolean;
  /** Its value in a run. */
  readonly read: (run: WorldRun) => Comparable;
}

/** The kinds of things, by every spelling MLflow takes. */
const ENTITIES: Readonly<Record<string, string>> = {
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
  artifact_uri: (run) => run.artifactUri,
  start_time: (run) => run.startTime,
  status: (run) => run.status,
  end_time: (run) => run.endTime,
  run_id: (run) => run.id,
  run_name: (run) => run.name,
  user_id: (run) => run.userId,
  created: (run) => run.startTime,
  Created: (run) => run.startTime,
  "run name": (run) => run.name,
  "Run name": (run) => run.name,
  "Run Name": (run) => run.name,
};
const NUMERIC_ATTRIBUTES = new Set(["start_time", "end_time", "created", "Created"]);

/** Finds what a name like metrics.`a b` or status stands for; refused in MLflow's words where it is nothing. */
export function findField(name: string, dialect: Dialect): Field {
  const dot = name.indexOf(".");
  if (dot === -1 && !dialect.validatesFields) {
    throw invalid(
      `Invalid identifier '${name}'. Columns should be specified as ` +
        "'attribute.<key>', 'metric.<key>', 'tag.<key>', or 'param.'.",
    );
  }
  const word = dot === -1 ? "attribute" : name.slice(0, dot);
  const key = name.slice(dot + 1).replace(/^([`"])(.*)\1$/s, "$2");
  const entity = ENTITIES[word];
  switch (entity) {
    case "attribute":
      return { entity, key, isNumeric: NUMERIC_ATTRIBUTES.has(key), read: readAttribute(key, dialect) };
    case "metric":
      return { entity, key, isNumeric: true, read: (run) => run.metrics.get(key)?.latest().value ?? null };
    case "parameter":
      return { entity, key, isNumeric: false, read: (run) => run.params.get(key) ?? null };
    case "tag":
      return { entity, key, isNumeric: false, read: (run) => run.tags.get(key) ?? null };
    default: {
      const known = `'metric', 'parameter', 'tag', 'attribute'${dialect.validatesFields ? ", 'dataset'" : ""}`;
      throw invalid(`Invalid entity type '${word}'. Valid values are [${known}]`);
    }
  }
}

function readAttribute(key: string, dialect: Dialect): Field["read"] {
  // 1.24 knows the first three only, and takes a wrong one for its own fault.
  const names = Object.keys(ATTRIBUTES).slice(0, dialect.validatesFields ? Infinity : 3);
  const read = ATTRIBUTES[key];
  if (read !== undefined && names.includes(key)) return read;
  const known = `'{${names.map((name) => `'${name}'`).join(", ")}}'`;
  if (dialect.validatesFields) throw invalid(`Invalid attribute key '${key}' specified. Valid keys are ${known}`);
  throw new RestError("INTERNAL_ERROR", `Invalid attribute key '${key}' specified. Valid keys  are ${known}`);
}
