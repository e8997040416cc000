/**
 * The filters and orders of the model registry. Prompts are registered models with a tag, hidden unless it is named.
 * @module
 */
import type { Dialect } from "../protocol/dialect.ts";
import { invalid } from "../protocol/errors.ts";
import { likePattern } from "./filter.ts";
import type { WorldModel, WorldModelVersion } from "../../world/types.ts";

const PROMPT_TAG = "mlflow.prompt.is_prompt";

/** A registered model, or one of its versions. */
export interface Candidate {
  /** The model, also where a version is meant. */
  readonly model: WorldModel;
  /** The version, where one is meant. */
  readonly version?: WorldModelVersion;
  /** The thing's own tags. */
  readonly tags: ReadonlyMap<string, string>;
}

/** Parses a filter; refused where it is wrong. */
export function parseModelFilter(filter: string, dialect: Dialect): (candidate: Candidate) => boolean {
  const comparisons = filter.trim() === "" ? [] : filter.split(/\s+AND\s+(?=[\w`".]+\s*(?:=|!=|LIKE|ILIKE))/i);
  const predicates = comparisons.map((text) => parseComparison(text, dialect));
  if (dialect.pagesModelVersions && !filter.includes(PROMPT_TAG)) {
    predicates.push(({ model }) => model.tags.get(PROMPT_TAG) !== "true");
  }
  return (candidate) => predicates.every((predicate) => predicate(candidate));
}

/** Orders model versions; last updated first where order_by is empty. */
export function versionOrder(orderBy: readonly string[]): (a: WorldModelVersion, b: WorldModelVersion) => number {
  const clauses = orderBy.length === 0 ? ["last_updated_timestamp DESC"] : orderBy;
  const keys = [...clauses, "name ASC", "version_number DESC"].map((clause) => {
    const [name = "", direction = "ASC"] = clause.trim().split(/\s+/);
    return { value: versionKey(name), sign: direction.toUpperCase() === "DESC" ? -1 : 1 };
  });
  return (a, b) => {
    for (const { value, sign } of keys) {
      const [left, right] = [value(a), value(b)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}

function parseComparison(text: string, dialect: Dialect): (candidate: Candidate) => boolean {
  const match = /^\s*([\w.`"]+?)\s*(=|!=|I?LIKE)\s*('.*'|".*")\s*$/is.exec(text);
  if (match === null) throw invalid(`Invalid clause(s) in filter string: '${text}'`);
  const [, name = "", comparator = "", quoted = ""] = match;
  const read = findValue(name, dialect);
  if (!dialect.validatesFields && quoted.startsWith('"')) {
    const what = `Got value ${quoted} with type <class 'sqlparse.sql.Identifier'>`;
    throw invalid(`Expected a quoted string value for attributes. ${what}`);
  }
  const value = quoted.slice(1, -1);
  switch (comparator.toUpperCase()) {
    case "=":
      return (candidate) => read(candidate) === value;
    case "!=":
      return (candidate) => read(candidate) !== value;
    default: {
      const pattern = likePattern(value, comparator);
      return (candidate) => pattern.test(read(candidate) ?? "");
    }
  }
}

function findValue(name: string, dialect: Dialect): (candidate: Candidate) => string | undefined {
  if (name === "name") return ({ model }) => model.name;
  if (name === "run_id") return ({ version }) => version?.runId ?? undefined;
  const tag = /^tags?\.(.+)$/.exec(name)?.[1]?.replace(/^[`"]|[`"]$/g, "");
  if (tag === undefined || !dialect.validatesFields) {
    throw invalid(`Invalid attribute key '${name}' specified. Valid keys  are '{'name'}'`);
  }
  // A version of a prompt is known by its model's tag.
  return ({ model, tags }) => (tag === PROMPT_TAG ? model.tags : tags).get(tag);
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
