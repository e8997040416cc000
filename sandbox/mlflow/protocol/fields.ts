/**
 * The parameters of a call, read and refused as MLflow reads and refuses them.
 * @module
 */
import type { Int64 } from "../../../lib/source/mod.ts";
import type { Dialect } from "./dialect.ts";
import { invalid } from "./errors.ts";
import { pythonString } from "./json.ts";
import type { WireRequest } from "./wire.ts";

/** Any value of a request's JSON; integers beyond 2^53 are bigints. */
export type FieldValue = null | boolean | number | bigint | string | FieldValue[] | FieldObject;

export interface FieldObject {
  /** Any parameter. */
  readonly [name: string]: FieldValue | undefined;
}

const DOCS = "See the API docs for more information about request parameters.";

/** Named parameters with MLflow's own checks. */
export class Fields {
  readonly #values: FieldObject;
  readonly #dialect: Dialect;

  constructor(values: FieldObject, dialect: Dialect) {
    this.#values = values;
    this.#dialect = dialect;
  }

  /** Reads the query of a GET: a list is a name given several times. 1.x crashes at an "=" that is not escaped. */
  static fromQuery({ query, target }: WireRequest, dialect: Dialect): Fields {
    if (!dialect.validatesFields && /[?&][^&=]*=[^&=]*=/.test(target)) throw new TypeError("Cannot split the query");
    const values: Record<string, FieldValue> = {};
    for (const name of new Set(query.keys())) {
      const all = query.getAll(name);
      values[name] = all.length === 1 ? all[0] ?? "" : all;
    }
    return new Fields(values, dialect);
  }

  /** Reads a JSON body; nothing and what is no object count as empty. A POST must say that it is JSON, but not to 1.x. */
  static fromJson({ body, method, headers }: WireRequest, dialect: Dialect): Fields {
    if (dialect.validatesFields && method === "POST") checkContentType(headers["content-type"]);
    let value: FieldValue = null;
    try {
      value = JSON.parse(new TextDecoder().decode(body), reviveInteger);
    } catch {
      // Flask parses silently: a body that is no JSON is an empty one.
    }
    return new Fields(value !== null && typeof value === "object" && !Array.isArray(value) ? value : {}, dialect);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** A text; "" where it is absent, as protobuf reads it. */
  text(name: string): string {
    const value = this.#values[name] ?? "";
    if (typeof value === "string") return value;
    throw invalidValue(name, value);
  }

  /** A text that must be there. */
  required(name: string): string {
    const text = this.text(name);
    if (text === "" && this.#dialect.validatesFields) {
      throw invalid(`Missing value for required parameter '${name}'. ${DOCS}`);
    }
    return text;
  }

  /** The run's id, by its present or its former name. */
  runId(): string {
    return this.text("run_id") || this.text("run_uuid") || this.required("run_id");
  }

  /** A list of texts; empty where it is absent. */
  texts(name: string): string[] {
    const value = this.#values[name] ?? [];
    const list = Array.isArray(value) ? value : [value];
    return list.map((item) => {
      if (typeof item !== "string") throw invalidValue(name, value);
      return item;
    });
  }

  /** A list of objects; empty where it is absent. */
  objects(name: string): Fields[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) throw invalidValue(name, value);
    return value.map((item) => {
      if (item === null || typeof item !== "object" || Array.isArray(item)) throw invalidValue(name, value);
      return new Fields(item, this.#dialect);
    });
  }

  /** An object below this one; empty where it is absent. */
  object(name: string): Fields {
    const value = this.#values[name];
    const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
    return new Fields(isObject ? value : {}, this.#dialect);
  }

  /** An int64, sent as a number or as digits; undefined where it is absent. */
  integer(name: string): Int64 | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return value;
    if (typeof value !== "string" || !/^\s*[+-]?\d+\s*$/.test(value)) throw invalidValue(name, value);
    return Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value.trim());
  }

  /** A page size or the like: an integer with a largest value. */
  count(name: string, limits: { readonly byDefault: number; readonly most?: number }): number {
    const value = Number(this.integer(name) ?? limits.byDefault);
    if (limits.most === undefined || value <= limits.most) return value;
    if (this.#dialect.validatesFields) throw invalidValue(name, this.#values[name] ?? value);
    throw invalid(
      `Invalid value for request parameter ${name}. It must be at most ${limits.most}, but got value ${value}`,
    );
  }

  /** A double, sent as a number or as text ("NaN", "Infinity"). */
  double(name: string): number {
    const value = this.#values[name];
    if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "string") {
      throw invalidValue(name, value ?? null);
    }
    return Number(value);
  }
}

function checkContentType(type: string | undefined): void {
  if (type === undefined) throw invalid("Bad Request. Content-Type header is missing.");
  if (type.split(";")[0] === "application/json") return;
  throw invalid("Bad Request. Content-Type must be one of ['application/json'].");
}

function invalidValue(name: string, value: FieldValue): Error {
  return invalid(
    `Invalid value ${pythonJson(value)} for parameter '${name}' supplied:  ` +
      `Hint: Value was of type '${pythonType(value)}'. ${DOCS}`,
  );
}

function pythonJson(value: FieldValue): string {
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value, (_, item) => typeof item === "bigint" ? Number(item) : item);
}

function pythonType(value: FieldValue): string {
  if (value === null) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return Array.isArray(value) ? "list" : "dict";
}

/** Keeps integers beyond 2^53, whose digits only the source text still has. */
function reviveInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}
