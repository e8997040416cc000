/**
 * A meta.yaml, read as text: which of its values are numbers is for those to say who use them. A run id of digits and one "e" is no number.
 * @module
 */
import { type Document, isMap, isScalar, parseDocument } from "yaml";
import type { Int64 } from "../../../../source/mod.ts";

/** A file that cannot be read as YAML, or holds no mapping. */
export class MetaError extends Error {}

interface Scalar {
  readonly text: string;
  /** Written without quotes: null is null then. */
  readonly isPlain: boolean;
}

type Fields = ReadonlyMap<string, Scalar | Meta>;

/** The values of one mapping by their keys. */
export class Meta {
  readonly #fields: Fields;

  /** Takes the values. */
  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** A value as it is written; null where there is none, or null. */
  text(key: string): string | null {
    const value = this.#fields.get(key);
    if (value === undefined || value instanceof Meta) return null;
    return value.isPlain && /^(?:~|null|Null|NULL|)$/.test(value.text) ? null : value.text;
  }

  /** An integer; null where there is none. */
  integer(key: string): Int64 | null {
    const text = this.text(key);
    if (text === null || !/^[-+]?\d+$/.test(text)) return null;
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text.replace("+", ""));
  }

  /** The texts of a mapping inside this one; none where there is no such mapping. */
  texts(key: string): ReadonlyMap<string, string> {
    const value = this.#fields.get(key);
    if (!(value instanceof Meta)) return new Map();
    return new Map([...value.#fields.keys()].map((name) => [name, value.text(name) ?? ""]));
  }
}

/**
 * Reads a meta.yaml; null where it is empty.
 *
 * @throws {MetaError} if it is not what MLflow writes.
 */
export function parseMeta(text: string): Meta | null {
  if (text.trim() === "") return null;
  return new Meta(simpleFields(text) ?? fieldsOf(parseDocument(text, { schema: "failsafe", uniqueKeys: false })));
}

const LINE = /^( {2})?([A-Za-z_][\w.-]*):(?: (.*))?$/;
/** What needs no more than its quotes taken off; a plain text must not begin with a sign that means something. */
const QUOTED = /^'((?:[^']|'')*)'$/;
const PLAIN = /^(?![-?:](?: |$))[^\s!&*|>@`"'%{}[\],#](?:(?!: | #|:$).)*$/;

/** What nearly every meta.yaml of MLflow is: one short line a value. Ten times as fast as a parser; null for all else. */
function simpleFields(text: string): Fields | null {
  const fields = new Map<string, Scalar | Meta>();
  let inner: Map<string, Scalar | Meta> | null = null;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const match = LINE.exec(line);
    if (match === null) return null;
    const [, indent, key = "", written] = match;
    if (indent === undefined && written === undefined) {
      inner = new Map();
      fields.set(key, new Meta(inner));
      continue;
    }
    if (indent === undefined) inner = null;
    const value = simpleValue(written ?? "");
    const target: Map<string, Scalar | Meta> | null = indent === undefined ? fields : inner;
    if (value === null || target === null) return null;
    target.set(key, value);
  }
  return fields;
}

function simpleValue(written: string): Scalar | Meta | null {
  if (written === "[]" || written === "{}") return new Meta(new Map());
  const quoted = QUOTED.exec(written)?.[1];
  if (quoted !== undefined) return { text: quoted.replaceAll("''", "'"), isPlain: false };
  return PLAIN.test(written) ? { text: written.trimEnd(), isPlain: true } : null;
}

function fieldsOf({ contents, errors }: Document.Parsed): Fields {
  const [error] = errors;
  if (error !== undefined) throw new MetaError(error.message.split("\n")[0]);
  return mapping(contents);
}

function mapping(node: unknown): Fields {
  if (!isMap(node)) throw new MetaError("it holds no keys");
  const fields = new Map<string, Scalar | Meta>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : "";
    if (isMap(value)) fields.set(name, new Meta(mapping(value)));
    else if (isScalar(value)) fields.set(name, { text: String(value.value ?? ""), isPlain: value.type === "PLAIN" });
    else if (value === null) fields.set(name, { text: "", isPlain: true });
  }
  return fields;
}
