/**
 * Which runs a selection is about, where a store has no language of its own to ask in.
 * @module
 */
import type { Dataset, Int64, Run, RunSelection } from "../../../source/mod.ts";
import { type Condition, parseFilter } from "./parse.ts";

/** A run, with the attributes that a filter may name and no row holds. */
export interface FilterableRun extends Run {
  /** Its name. @default {the tag mlflow.runName} */
  readonly name?: string;
  /** Who started it: not what the tag mlflow.user says. @default {nobody knows} */
  readonly userId?: string;
}

/** Whether a run is wanted. */
export type RunPredicate = (run: FilterableRun) => boolean;

/** How a store compares. */
export interface MatchOptions {
  /** ILIKE takes only A to Z and a to z for the same letters, as SQLite does. @default {false} */
  readonly asciiCase?: boolean;
}

type Value = Int64 | string | null;

/**
 * Returns which runs are selected by time and filter; deleted ones are the store's own matter. As in MLflow, what a run does not have
 * matches nothing, not even !=, and a NaN matches nothing but !=.
 *
 * @throws {UsageError} if MLflow would refuse the filter.
 */
export function predicateOf(
  { sinceMs, untilMs, filter = "" }: RunSelection,
  { asciiCase = false }: MatchOptions = {},
): RunPredicate {
  const predicates = parseFilter(filter).map((condition) => predicateOfCondition(condition, asciiCase));
  return (run) =>
    (sinceMs === undefined || sinceMs === null || run.startTime >= sinceMs) &&
    (untilMs === undefined || untilMs === null || run.startTime < untilMs) &&
    predicates.every((predicate) => predicate(run));
}

function predicateOfCondition(condition: Condition, asciiCase: boolean): RunPredicate {
  const { kind, key } = condition;
  const holds = comparison(condition, asciiCase);
  switch (kind) {
    case "metric":
      return ({ metrics }) => holds(metrics.get(key) ?? null);
    case "parameter":
      return ({ params }) => holds(params.get(key) ?? null);
    case "tag":
      return ({ tags }) => holds(tags.get(key) ?? null);
    case "attribute":
      return (run) => holds(attributeOf(run, key));
    case "dataset":
      return ({ datasets }) => datasets.some((dataset) => holds(datasetFieldOf(dataset, key)));
  }
}

function attributeOf(run: FilterableRun, key: string): Value {
  switch (key) {
    case "run_id":
      return run.id;
    case "run_name":
      return run.name ?? run.tags.get("mlflow.runName") ?? null;
    case "user_id":
      return run.userId ?? null;
    case "status":
      return run.status;
    case "start_time":
      return run.startTime;
    case "end_time":
      return run.endTime;
    default:
      return run.artifactUri;
  }
}

function datasetFieldOf({ name, digest, context }: Dataset, key: string): string | null {
  return key === "name" ? name : key === "digest" ? digest : context;
}

function comparison({ comparator, value: expected }: Condition, asciiCase: boolean): (actual: Value) => boolean {
  if (comparator === "IS NULL") return (actual) => actual === null;
  const holds = comparisonOfPresent({ comparator, expected, asciiCase });
  return (actual) => actual !== null && holds(actual);
}

function comparisonOfPresent({ comparator, expected, asciiCase }: {
  readonly comparator: Condition["comparator"];
  readonly expected: Condition["value"];
  readonly asciiCase: boolean;
}): (actual: Int64 | string) => boolean {
  if (expected === null) return () => true;
  if (typeof expected === "object") {
    const wanted = new Set<unknown>(expected);
    return (actual) => wanted.has(actual) === (comparator === "IN");
  }
  switch (comparator) {
    // A number and a bigint of the same value are equal.
    case "=":
      return (actual) => actual == expected;
    case "!=":
      return (actual) => actual != expected;
    case "<":
      return (actual) => actual < expected;
    case "<=":
      return (actual) => actual <= expected;
    case ">":
      return (actual) => actual > expected;
    case ">=":
      return (actual) => actual >= expected;
    default: {
      const fold = comparator === "ILIKE" && asciiCase ? lowerAscii : (text: string): string => text;
      const pattern = likePattern(fold(String(expected)), comparator === "ILIKE" && !asciiCase);
      return (actual) => pattern.test(fold(String(actual)));
    }
  }
}

/** The pattern of SQL's LIKE: "%" for any text, "_" for one character. */
function likePattern(like: string, ignoresCase: boolean): RegExp {
  const pattern = like.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${pattern}$`, ignoresCase ? "isu" : "su");
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
