/**
 * JSON as it stands in a file: order of keys, digits of numbers and Python's bare NaN kept, which JSON.parse would lose.
 * Of the tests' own, so that the program's reader and writer are judged by something else than themselves.
 * @module
 */

/** A value as it was written. */
export type Tree =
  | { readonly kind: "object"; readonly entries: readonly (readonly [key: string, value: Tree])[] }
  | { readonly kind: "array"; readonly items: readonly Tree[] }
  | { readonly kind: "string"; readonly value: string }
  /** A number, true, false, null, or Python's NaN, Infinity and -Infinity: the text itself. */
  | { readonly kind: "bare"; readonly text: string };

/** Python's words for what JSON cannot hold. */
const nonFiniteWords = ["NaN", "Infinity", "-Infinity"];

/** Parses one value; throws a SyntaxError with the place where the text is not even what Python writes. */
export function parseTree(text: string): Tree {
  let at = 0;
  const value = parseValue();
  skipSpace();
  if (at < text.length) fail("end of text");
  return value;

  function parseValue(): Tree {
    skipSpace();
    if (text[at] === "{") return { kind: "object", entries: parseItems("}", parseEntry) };
    if (text[at] === "[") return { kind: "array", items: parseItems("]", parseValue) };
    if (text[at] === '"') return { kind: "string", value: parseString() };
    const bare = match(/-?(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|Infinity)|true|false|null|NaN/y) ?? fail("a value");
    return { kind: "bare", text: bare };
  }

  function parseEntry(): readonly [string, Tree] {
    skipSpace();
    const key = parseString();
    skipSpace();
    if (text[at++] !== ":") fail("a colon");
    return [key, parseValue()];
  }

  function parseItems<T>(end: string, parseItem: () => T): T[] {
    const items: T[] = [];
    at++;
    skipSpace();
    if (text[at] === end) {
      at++;
      return items;
    }
    while (true) {
      items.push(parseItem());
      skipSpace();
      const next = text[at++];
      if (next === end) return items;
      if (next !== ",") fail(`"," or "${end}"`);
    }
  }

  function parseString(): string {
    return JSON.parse(match(/"(?:[^"\\]|\\.)*"/y) ?? fail("a string"));
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function skipSpace(): void {
    while (" \n\r\t".includes(text[at] ?? "x")) at++;
  }

  function fail(wanted: string): never {
    throw new SyntaxError(
      `Cannot parse JSON at ${at}: ${wanted} wanted, found ${JSON.stringify(text.slice(at, at + 40))}`,
    );
  }
}

/** Writes a tree on one line as Python's json.dumps(ensure_ascii=False) does. */
export function printTree(tree: Tree): string {
  switch (tree.kind) {
    case "object":
      return `{${tree.entries.map(([key, value]) => `${JSON.stringify(key)}: ${printTree(value)}`).join(", ")}}`;
    case "array":
      return `[${tree.items.map(printTree).join(", ")}]`;
    case "string":
      return JSON.stringify(tree.value);
    case "bare":
      return tree.text;
  }
}

/** Returns the member of an object; throws when there is none. */
export function member(tree: Tree, key: string): Tree {
  const found = tree.kind === "object" ? tree.entries.find(([name]) => name === key) : undefined;
  if (found === undefined) throw new Error(`No ${key} in ${printTree(tree).slice(0, 200)}`);
  return found[1];
}

/** Returns the object with one member replaced. */
export function withMember(tree: Tree, key: string, value: Tree): Tree {
  if (tree.kind !== "object") throw new Error(`No object: ${printTree(tree).slice(0, 200)}`);
  return { kind: "object", entries: tree.entries.map((entry) => entry[0] === key ? [key, value] : entry) };
}

/** Returns the text of a string; null for null. */
export function textOf(tree: Tree): string | null {
  return tree.kind === "string" ? tree.value : null;
}

/** Returns a tree of strings. */
export function stringsTree(values: readonly string[]): Tree {
  return { kind: "array", items: values.map((value) => ({ kind: "string", value })) };
}

/** Whether the value is one that JSON cannot hold, bare. */
export function isBareNonFinite(tree: Tree): boolean {
  return tree.kind === "bare" && nonFiniteWords.includes(tree.text);
}

/** Replaces bare NaN and infinities by strings, everywhere in the tree. */
export function quoteNonFinite(tree: Tree): Tree {
  switch (tree.kind) {
    case "object":
      return { kind: "object", entries: tree.entries.map(([key, value]) => [key, quoteNonFinite(value)]) };
    case "array":
      return { kind: "array", items: tree.items.map(quoteNonFinite) };
    case "string":
      return tree;
    case "bare":
      return isBareNonFinite(tree) ? { kind: "string", value: tree.text } : tree;
  }
}
