/**
 * JSON as Python writes it: floats by repr, everything beyond ASCII escaped, two spaces a level for replies of proto
 * endpoints, none at all for those of Flask's own encoder.
 * @module
 */

/** A protobuf double: written as Python writes a float, NaN as the text "NaN". */
export class Double {
  constructor(readonly value: number) {}
}

/** What a reply is made of. Undefined fields and empty lists are left out, as protobuf leaves them out. */
export type ProtoValue =
  | string
  | number
  | bigint
  | boolean
  | Double
  | undefined
  | readonly ProtoValue[]
  | { readonly [field: string]: ProtoValue };

/** Writes a message as MLflow's proto endpoints do. */
export function protoJson(message: ProtoValue): string {
  return write(message, "\n");
}

/** Writes a float as Python's repr does: "3.0", "1e-07", "1e+22". Not for NaN or infinities. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e16)) {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  const sign = exponent.startsWith("-") ? "-" : "+";
  return `${digits}e${sign}${exponent.slice(1).padStart(2, "0")}`;
}

/** Writes a text as Python's json does: ASCII only. */
export function pythonString(text: string): string {
  const json = JSON.stringify(text);
  return ASCII.test(json) ? json : json.replace(NOT_ASCII, escapeUnit);
}

/** Writes a flat object in one line, as Python's json.dumps does by default. */
export function pythonObject(entries: Readonly<Record<string, string>>): string {
  return `{${
    Object.entries(entries).map(([key, value]) => `${pythonString(key)}: ${pythonString(value)}`).join(", ")
  }}`;
}

const ASCII = /^[\x20-\x7e]*$/;
const NOT_ASCII = /[\x7f-\uffff]/g;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function write(value: ProtoValue, newline: string): string {
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Double) return Number.isNaN(value.value) ? '"NaN"' : pythonFloat(value.value);
  const deeper = `${newline}  `;
  if (isList(value)) {
    return `[${value.map((item) => deeper + write(item, deeper)).join(",")}${newline}]`;
  }
  let text = "";
  for (const [field, item] of Object.entries(value ?? {})) {
    if (item === undefined || (isList(item) && item.length === 0)) continue;
    text += `${text === "" ? "" : ","}${deeper}"${field}": ${write(item, deeper)}`;
  }
  return text === "" ? "{}" : `{${text}${newline}}`;
}

function isList(value: ProtoValue): value is readonly ProtoValue[] {
  return Array.isArray(value);
}
