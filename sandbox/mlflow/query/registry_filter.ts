/**
 * The filters of the model registry. Prompts are registered models with a tag, hidden unless it is named.
 * @module
 */
import type { Dialect } from "../protocol/dialect.ts";
import { invalid } from "../protocol/errors.ts";
import type { Candidate } from "../protocol/queries.ts";
import { likePattern } from "./filter.ts";

const PROMPT_TAG = "mlflow.prompt.is_prompt";

/** Parses a filter; refused where it is wrong. */
export function parseModelFilter(filter: string, dialect: Dialect): (candidate: Candidate) => boolean {
  const comparisons = filter.trim() === "" ? [] : filter.split(/\s+AND\s+(?=[\w`".]+\s*(?:=|!=|LIKE|ILIKE))/i);
  const predicates = comparisons.map((text) => parseComparison(text, dialect));
  if (dialect.pagesModelVersions && !filter.includes(PROMPT_TAG)) {
    predicates.push(({ model }) => model.tags.get(PROMPT_TAG) !== "true");
  }
  return (candidate) => predicates.every((predicate) => predicate(candidate));
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
