/**
 * The filter of runs/search: comparisons of attributes, metrics, params and tags, joined by AND.
 * @module
 */
import type { Dialect } from "../protocol/dialect.ts";
import { invalid } from "../protocol/errors.ts";
import { type Comparable, type Field, findField } from "./run_values.ts";
import type { WorldRun } from "../../world/types.ts";

type RunPredicate = (run: WorldRun) => boolean;

/** A list, a quoted text, a comparison, or a word that may hold quoted parts: metrics.`a b`. */
const TOKEN = /\([^)]*\)|'[^']*'|"[^"]*"|<=|>=|!=|=|<|>|(?:`[^`]*`|"[^"]*"|[^\s'"`<>=!()])+/g;
const COMPARATOR = /^(?:<=|>=|!=|=|<|>|I?LIKE|IN|NOT IN)$/i;

/** Parses a filter; refused in MLflow's words where it is wrong. */
export function parseRunFilter(filter: string, dialect: Dialect): RunPredicate {
  const tokens = (filter.match(TOKEN) ?? []).map((token) => token.trim());
  const predicates: RunPredicate[] = [];
  const wrong: string[] = [];
  while (tokens.length > 0) {
    const [name = "", comparator = "", literal] = joinNot(tokens);
    if (literal !== undefined && COMPARATOR.test(comparator)) {
      predicates.push(parseComparison({ name, comparator: comparator.toUpperCase(), literal }, dialect));
      tokens.splice(0, 3);
    } else {
      tokens.shift();
      if (name.toUpperCase() !== "AND") wrong.push(`'${name}'`);
    }
  }
  if (wrong.length > 0) throw invalid(`Invalid clause(s) in filter string: ${wrong.join(", ")}`);
  return (run) => predicates.every((predicate) => predicate(run));
}

interface Comparison {
  /** As written: metrics.loss. */
  readonly name: string;
  readonly comparator: string;
  readonly literal: string;
}

function joinNot(tokens: string[]): readonly string[] {
  if (tokens[1]?.toUpperCase() === "NOT" && tokens[2]?.toUpperCase() === "IN") tokens.splice(1, 2, "NOT IN");
  return tokens;
}

function parseComparison({ name, comparator, literal }: Comparison, dialect: Dialect): RunPredicate {
  const field = findField(name, dialect);
  const expected = parseLiteral(literal, field);
  const known = field.isNumeric ? [">", ">=", "!=", "=", "<", "<="] : textComparators(field, dialect);
  if (!known.includes(comparator)) {
    throw invalid(`Invalid comparator '${comparator}' not one of '{${known.map((one) => `'${one}'`).join(", ")}}'`);
  }
  return (run) => holds(field.read(run), comparator, expected);
}

function textComparators({ entity }: Field, dialect: Dialect): string[] {
  const comparators = ["!=", "=", "LIKE", "ILIKE"];
  if (entity === "attribute") return dialect.validatesFields ? [...comparators, "IN", "NOT IN"] : comparators;
  return dialect.isThree ? [...comparators, "IS NULL", "IS NOT NULL"] : comparators;
}

function parseLiteral(literal: string, { entity, key, isNumeric }: Field): Comparable | readonly string[] {
  if (isNumeric) {
    if (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(literal)) return Number(literal);
    const what = entity === "metric" ? "metric" : `numeric attribute: ${key}`;
    throw invalid(`Expected numeric value type for ${what}. Found ${literal}`);
  }
  if (literal.startsWith("(") && entity === "attribute") {
    return (literal.match(/'[^']*'|"[^"]*"/g) ?? []).map((text) => text.slice(1, -1));
  }
  if (/^['"]/.test(literal)) return literal.slice(1, -1);
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
    default:
      return likePattern(String(expected), comparator).test(String(actual));
  }
}

/** The pattern of SQL's LIKE or ILIKE: "%" for any text, "_" for one character. */
export function likePattern(pattern: string, comparator: string): RegExp {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${escaped}$`, comparator.toUpperCase() === "ILIKE" ? "si" : "s");
}
