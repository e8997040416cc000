/**
 * The filter of runs/search: comparisons of attributes, metrics, params and tags, joined by AND.
 * @module
 */
import { invalid } from "./mlflow_errors.ts";
import { attributeNames, type Comparable, entityOf, NUMERIC_ATTRIBUTES, runValue } from "./mlflow_run_values.ts";
import type { WorldRun } from "./world_types.ts";

/** Says whether a run is wanted. */
export type RunPredicate = (run: WorldRun) => boolean;

const COMPARISON = /^(\S*?(?:`[^`]*`|"[^"]*")|\S+?)\s*(<=|>=|!=|=|<|>|\s(?:NOT\s+)?(?:I?LIKE|IN)\b)\s*([\s\S]+)$/i;

/** Parses a filter; refused in MLflow's words where it is wrong. */
export function parseRunFilter(filter: string): RunPredicate {
  const clauses = splitByAnd(filter);
  const predicates = clauses.map((clause) => parseComparison(clause));
  return (run) => predicates.every((predicate) => predicate(run));
}

function splitByAnd(filter: string): string[] {
  if (filter.trim() === "") return [];
  // Quoted text may hold the word itself.
  const parts = filter.match(/'[^']*'|"[^"]*"|`[^`]*`|\([^)]*\)|\bAND\b|[^'"`(]+?(?=\bAND\b|['"`(]|$)/gi) ?? [];
  const clauses = [""];
  for (const part of parts) {
    if (/^AND$/i.test(part)) clauses.push("");
    else clauses[clauses.length - 1] += part;
  }
  return clauses.map((clause) => clause.trim());
}

function parseComparison(clause: string): RunPredicate {
  const match = COMPARISON.exec(clause);
  if (match === null) throw invalid(`Invalid clause(s) in filter string: ${wrongWords(clause)}`);
  const [, name = "", operator = "", literal = ""] = match;
  const { entity, key } = parseIdentifier(name);
  const value = runValue(entity, key);
  const comparator = operator.trim().toUpperCase().replace(/\s+/g, " ");
  const expected = parseLiteral(literal.trim(), { entity, key });
  return (run) => holds(value(run), comparator, expected);
}

function parseIdentifier(name: string): { readonly entity: string; readonly key: string } {
  const dot = name.indexOf(".");
  const word = dot === -1 ? "attribute" : name.slice(0, dot);
  const key = unquote(dot === -1 ? name : name.slice(dot + 1));
  const entity = entityOf(word);
  if (entity === "") {
    throw invalid(
      `Invalid entity type '${word}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']`,
    );
  }
  if (entity === "attribute" && !attributeNames().includes(key)) {
    throw invalid(`Invalid attribute key '${key}' specified.`);
  }
  return { entity, key };
}

function parseLiteral(
  literal: string,
  { entity, key }: { readonly entity: string; readonly key: string },
): Comparable | readonly string[] {
  if (entity === "metric" || (entity === "attribute" && NUMERIC_ATTRIBUTES.has(key))) {
    if (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(literal)) return Number(literal);
    const what = entity === "metric" ? "metric" : `numeric attribute: ${key}`;
    throw invalid(`Expected numeric value type for ${what}. Found ${literal}`);
  }
  if (/^\(.*\)$/s.test(literal)) return (literal.match(/'[^']*'|"[^"]*"/g) ?? []).map(unquote);
  if (/^(?:'[^']*'|"[^"]*")$/s.test(literal)) return unquote(literal);
  const what = entity === "attribute" ? "attributes" : `${entity} (e.g. 'my-value')`;
  throw invalid(`Expected a quoted string value for ${what}. Got value ${literal}`);
}

function holds(actual: Comparable, comparator: string, expected: Comparable | readonly string[]): boolean {
  if (actual === null || expected === null) return false;
  if (typeof expected === "object") return expected.includes(String(actual)) === (comparator === "IN");
  switch (comparator) {
    case "=":
      return actual == expected;
    case "!=":
      return actual != expected;
    case "<":
      return actual < expected;
    case "<=":
      return actual <= expected;
    case ">":
      return actual > expected;
    case ">=":
      return actual >= expected;
    case "LIKE":
      return likePattern(String(expected), "s").test(String(actual));
    default:
      return likePattern(String(expected), "si").test(String(actual));
  }
}

function likePattern(pattern: string, flags: string): RegExp {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${escaped}$`, flags);
}

function unquote(text: string): string {
  return text.replace(/^(['"`])([\s\S]*)\1$/, "$2");
}

function wrongWords(clause: string): string {
  return clause.split(/\s+/).map((word) => `'${word}'`).join(", ");
}
