/**
 * MLflow's filter language for runs (runs/search of MLflow 3.17): comparisons of attributes, metrics, params, tags and datasets,
 * joined by AND. What MLflow refuses is refused here.
 * @module
 */
import { UsageError } from "../../../errors.ts";
import type { Int64 } from "../../../source/mod.ts";
import { type Token, tokenize } from "./tokens.ts";

/** What is compared. */
export type FieldKind = "attribute" | "metric" | "parameter" | "tag" | "dataset";

/** How: in capitals. */
export type Comparator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "LIKE"
  | "ILIKE"
  | "IN"
  | "NOT IN"
  | "IS NULL"
  | "IS NOT NULL";

/** One comparison of a filter. */
export interface Condition {
  /** What is compared. */
  readonly kind: FieldKind;
  /** Its key; an attribute's is one of MLflow's own names (run_id, run_name, user_id, status, start_time, end_time, artifact_uri). */
  readonly key: string;
  /** How it is compared. */
  readonly comparator: Comparator;
  /** With what: a list for IN and NOT IN, null for IS NULL and IS NOT NULL, a number for metrics and times, else text. */
  readonly value: Int64 | string | readonly string[] | null;
}

const KINDS: ReadonlyMap<string, FieldKind> = new Map([
  ...["attribute", "attributes", "attr", "run"].map((word) => [word, "attribute"] as const),
  ...["metric", "metrics"].map((word) => [word, "metric"] as const),
  ...["parameter", "parameters", "param", "params"].map((word) => [word, "parameter"] as const),
  ...["tag", "tags"].map((word) => [word, "tag"] as const),
  ...["dataset", "datasets"].map((word) => [word, "dataset"] as const),
]);

/** The attributes by all their names. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ...["run_id", "run_name", "user_id", "status", "start_time", "end_time", "artifact_uri"].map((name) =>
    [name, name] as const
  ),
  ...["created", "Created"].map((name) => [name, "start_time"] as const),
  ...["run name", "Run name", "Run Name"].map((name) => [name, "run_name"] as const),
]);
const TIMES = new Set(["start_time", "end_time"]);
const DATASET_KEYS = new Set(["name", "digest", "context"]);

const OF_NUMBERS: readonly Comparator[] = ["=", "!=", "<", "<=", ">", ">="];
const OF_TEXTS: readonly Comparator[] = ["=", "!=", "LIKE", "ILIKE"];
const OF_LISTS: readonly Comparator[] = ["IN", "NOT IN"];
const OF_ABSENCE: readonly Comparator[] = ["IS NULL", "IS NOT NULL"];

/**
 * Reads a filter; "" has no conditions.
 *
 * @throws {UsageError} if it is none of MLflow's.
 */
export function parseFilter(filter: string): readonly Condition[] {
  return new FilterParser(filter).parse();
}

class FilterParser {
  readonly #filter: string;
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(filter: string) {
    this.#filter = filter;
    this.#tokens = tokenize(filter);
  }

  parse(): Condition[] {
    const conditions: Condition[] = [];
    let isBehindAnd = true;
    while (this.#place < this.#tokens.length) {
      if (this.#takeKeyword("AND")) {
        isBehindAnd = true;
        continue;
      }
      const condition = this.#condition();
      // MLflow takes comparisons that stand side by side, but not those that end in a list or in NULL.
      if (!isBehindAnd && (OF_LISTS.includes(condition.comparator) || condition.value === null)) {
        throw this.#refusal("an AND is missing");
      }
      conditions.push(condition);
      isBehindAnd = false;
    }
    return conditions;
  }

  #condition(): Condition {
    const { kind, key } = this.#field(this.#identifier());
    const comparator = this.#knownComparator({ kind, key });
    if (OF_ABSENCE.includes(comparator)) return { kind, key, comparator, value: null };
    if (OF_LISTS.includes(comparator)) return { kind, key, comparator, value: this.#list() };
    return { kind, key, comparator, value: isNumeric({ kind, key }) ? this.#number(kind, key) : this.#text(kind, key) };
  }

  /** A name, or names and quoted parts joined by dots, as written. */
  #identifier(): string {
    const first = this.#take("name", "symbol");
    if (first === undefined) throw this.#refusal(`${this.#shown()} is not the name of anything`);
    let last = first;
    while (this.#peek()?.text === ".") {
      this.#place++;
      const part = this.#take("name", "symbol", "text");
      if (part === undefined) throw this.#refusal(`${this.#shown()} stands behind a dot`);
      last = part;
    }
    return this.#filter.slice(first.start, last.start + last.text.length);
  }

  #field(identifier: string): Pick<Condition, "kind" | "key"> {
    const dot = identifier.indexOf(".");
    const word = dot === -1 ? "attribute" : unquote(identifier.slice(0, dot), "`");
    const key = unquote(unquote(identifier.slice(dot + 1), "'", '"'), "`");
    const kind = KINDS.get(word);
    if (kind === undefined) {
      throw this.#refusal(`there is no ${word}, only metrics, params, tags, attributes and datasets`);
    }
    if (kind === "dataset" && !DATASET_KEYS.has(key)) {
      throw this.#refusal(`a dataset has no ${key}, only ${[...DATASET_KEYS].join(", ")}`);
    }
    if (kind !== "attribute") return { kind, key };
    const name = ATTRIBUTES.get(key);
    if (name === undefined) {
      throw this.#refusal(`a run has no attribute ${key}, only ${[...ATTRIBUTES.keys()].join(", ")}`);
    }
    return { kind, key: name };
  }

  #comparator(): string {
    const operator = this.#take("comparison");
    if (operator !== undefined) return operator.text.toUpperCase();
    if (this.#takeKeyword("IN")) return "IN";
    if (this.#takeKeyword("NOT") && this.#takeKeyword("IN")) return "NOT IN";
    if (this.#takeKeyword("IS")) {
      if (this.#takeKeyword("NULL")) return "IS NULL";
      if (this.#takeKeyword("NOT NULL")) return "IS NOT NULL";
    }
    throw this.#refusal(`${this.#shown()} is not a comparison`);
  }

  #knownComparator({ kind, key }: Pick<Condition, "kind" | "key">): Comparator {
    const hasLists = kind === "dataset" || key === "run_id" && kind === "attribute";
    const hasAbsence = kind === "tag" || kind === "parameter";
    const known = isNumeric({ kind, key })
      ? OF_NUMBERS
      : [...OF_TEXTS, ...hasLists ? OF_LISTS : [], ...hasAbsence ? OF_ABSENCE : []];
    const written = this.#comparator();
    const comparator = known.find((one) => one === written);
    if (comparator !== undefined) return comparator;
    throw this.#refusal(`${kind} ${key} cannot be compared by ${written}, only by ${known.join(", ")}`);
  }

  #number(kind: FieldKind, key: string): Int64 {
    const token = this.#take("number");
    if (token === undefined) throw this.#refusal(`${kind} ${key} is compared with ${this.#shown()}, not with a number`);
    const number = Number(token.text);
    return /^-?\d+$/.test(token.text) && !Number.isSafeInteger(number) && kind === "attribute"
      ? BigInt(token.text)
      : number;
  }

  #text(kind: FieldKind, key: string): string {
    const token = this.#take("text");
    const written = token?.text ?? (this.#peek()?.kind === "symbol" ? this.#identifier() : "");
    if (!isQuoted(written, "'") && !isQuoted(written, '"')) {
      throw this.#refusal(`${kind} ${key} is compared with ${this.#shown()}, not with a text in quotes`);
    }
    return written.slice(1, -1);
  }

  /** Python's own literal: texts that nothing parts are one. */
  #list(): string[] {
    const items: string[] = [];
    let isOpen = this.#takePunctuation("(");
    if (!isOpen) throw this.#refusal(`${this.#shown()} is not a list`);
    for (let item: string | undefined; isOpen;) {
      const token = this.#take("text", "symbol");
      if (token?.text.includes("\\")) throw this.#refusal(`a list with backslashes`);
      if (token !== undefined) item = (item ?? "") + unquoteDoubled(token.text);
      else if (this.#takePunctuation(",") && item !== undefined) {
        items.push(item);
        item = undefined;
      } else if (this.#takePunctuation(")")) {
        if (item !== undefined) items.push(item);
        isOpen = false;
      } else throw this.#refusal(`a list holds ${this.#shown()}, not only texts in quotes`);
    }
    if (items.length === 0) throw this.#refusal("a list is empty");
    return items;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#place];
  }

  #take(...kinds: readonly Token["kind"][]): Token | undefined {
    const token = this.#peek();
    if (token === undefined || !kinds.includes(token.kind)) return undefined;
    this.#place++;
    return token;
  }

  #takeKeyword(word: string): boolean {
    const token = this.#peek();
    return token?.kind === "keyword" && token.text.toUpperCase() === word && this.#take("keyword") !== undefined;
  }

  #takePunctuation(text: string): boolean {
    return this.#peek()?.text === text && this.#take("punctuation") !== undefined;
  }

  #shown(): string {
    return this.#peek()?.text ?? "its end";
  }

  #refusal(reason: string): UsageError {
    return new UsageError(`MLflow would refuse the filter ${this.#filter}: ${reason}`);
  }
}

function isNumeric({ kind, key }: Pick<Condition, "kind" | "key">): boolean {
  return kind === "metric" || kind === "attribute" && TIMES.has(key);
}

function isQuoted(text: string, quote: string): boolean {
  return text.length >= 2 && text.startsWith(quote) && text.endsWith(quote);
}

function unquote(text: string, ...quotes: readonly string[]): string {
  return quotes.some((quote) => isQuoted(text, quote)) ? text.slice(1, -1) : text;
}

/** A doubled quote ends one text and begins the next. */
function unquoteDoubled(text: string): string {
  const quote = text.slice(0, 1);
  return text.slice(1, -1).replaceAll(quote + quote, "");
}
