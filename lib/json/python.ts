/**
 * JSON as the reference's files have it: Python's json.dumps(ensure_ascii=False), with ", " and ": " between items,
 * or indented. Keys keep their order, int64 and pre-rendered pieces are written as they are.
 * @module
 */
import { pyInt, pyString } from "./exact.ts";

/** JSON text that goes into a row as it is. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** What a row is made of. Numbers are integers: a float goes in as {@linkcode RawJson}. Undefined members are left out. */
export type JsonRow =
  | null
  | boolean
  | string
  | number
  | bigint
  | RawJson
  | readonly JsonRow[]
  | ReadonlyMap<string, JsonRow>
  | { readonly [key: string]: JsonRow | undefined };

/** The members of a shape, each as what a row is made of: a writer `satisfies` it, so that no key is missing and none is too many. */
export type RowOf<Shape> = { readonly [Key in keyof Shape]: JsonRow | undefined };

/** Writes a value as Python's json.dumps does; with an indent (in blanks), as its `indent=` does. */
export function pythonJson(value: JsonRow, indent = 0): string {
  return render(value, indent, "");
}

function render(value: JsonRow, indent: number, margin: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return pyString(value);
  if (typeof value === "number" || typeof value === "bigint") return pyInt(value);
  if (value instanceof RawJson) return value.text;
  const inner = margin + " ".repeat(indent);
  if (Array.isArray(value)) {
    return wrap("[", value.map((item) => render(item, indent, inner)), "]", indent, margin);
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const members = entries
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${pyString(key)}: ${render(member, indent, inner)}`);
  return wrap("{", members, "}", indent, margin);
}

function wrap(open: string, items: readonly string[], close: string, indent: number, margin: string): string {
  if (items.length === 0) return open + close;
  if (indent === 0) return open + items.join(", ") + close;
  const inner = `\n${margin}${" ".repeat(indent)}`;
  return open + inner + items.join(`,${inner}`) + `\n${margin}${close}`;
}
