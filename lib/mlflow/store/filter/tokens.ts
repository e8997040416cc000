/**
 * The words of a filter, as MLflow's parser (sqlparse) tells them apart.
 * @module
 */

export type TokenKind = "name" | "number" | "text" | "symbol" | "comparison" | "punctuation" | "keyword" | "odd";

/** One word of a filter. */
export interface Token {
  /** What it is: "text" in single quotes, "symbol" in double quotes, "name" bare or in backticks, "odd" nothing that a filter may hold. */
  readonly kind: TokenKind;
  /** As written, quotes included. */
  readonly text: string;
  /** Where it begins in the filter. */
  readonly start: number;
}

const WORD = String.raw`[\p{L}\p{N}_]`;
/** Letters that a number may not touch. */
const LETTER = "[_A-Za-zÀ-Üà-ü]";

/** Tried in this order at each place. */
const RULES: readonly (readonly [TokenKind | "space", RegExp])[] = [
  ["space", /\s+/y],
  ["name", /`(?:``|[^`])*`/y],
  // Never names, not even behind a dot.
  ["keyword", new RegExp(String.raw`(?:CASE|IN|VALUES|USING|FROM|AS)(?!${WORD})`, "iuy")],
  ["number", new RegExp(String.raw`-?\d+(?:\.\d+)?[eE]-?\d+(?!${WORD})`, "uy")],
  ["number", new RegExp(String.raw`-?(?:\d+\.\d*|\.\d+)(?!${LETTER})`, "uy")],
  ["number", new RegExp(String.raw`-?\d+(?!${LETTER})`, "uy")],
  ["text", /'(?:''|\\'|[^'])*'/y],
  ["symbol", /"(?:""|\\"|[^"])*"/y],
  ["keyword", new RegExp(String.raw`NOT\s+NULL(?!${WORD})`, "iuy")],
  ["comparison", new RegExp(String.raw`(?:NOT\s+)?(?:I?LIKE|RLIKE|REGEXP)(?!${WORD})`, "iuy")],
  ["name", new RegExp(String.raw`${WORD}(?:[$#]|${WORD})*`, "uy")],
  ["punctuation", /[().,]/y],
  ["comparison", /[<>=~!]+/y],
  ["odd", /./suy],
];

/** A name as it may stand behind a dot. */
const NAME = new RegExp(`^[A-Za-zÀ-Üà-ü]${WORD}*`, "u");

/** Words that stand for themselves, unless a dot is beside them. */
const KEYWORDS = new Set(["AND", "OR", "NOT", "IS", "NULL", "BETWEEN"]);

/** Splits a filter into its words; white space only parts them. */
export function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < filter.length;) {
    const { kind, text } = next(filter, start, tokens.at(-1)?.text === ".");
    if (kind !== "space") tokens.push({ kind, text, start });
    start += text.length;
  }
  return tokens;
}

function next(
  filter: string,
  start: number,
  isBehindDot: boolean,
): { readonly kind: TokenKind | "space"; readonly text: string } {
  for (const [kind, pattern] of RULES) {
    pattern.lastIndex = start;
    const text = pattern.exec(filter)?.[0];
    if (text === undefined) continue;
    // Behind a dot, words like "like" are names as any others.
    const [name] = (isBehindDot && kind !== "keyword" && NAME.exec(text)) || [];
    if (name !== undefined) return { kind: "name", text: name };
    const isKeyword = kind === "name" && !isBehindDot && KEYWORDS.has(text.toUpperCase()) &&
      !/^\s*\./.test(filter.slice(start + text.length));
    return { kind: isKeyword ? "keyword" : kind, text };
  }
  return { kind: "odd", text: filter.slice(start) };
}
