/**
 * Headers that a gateway before MLflow wants, as the user gives them (--header, MLFLOW_TRACKING_HEADERS). Their values are secrets: no
 * message shows one, nor what may be one.
 * @module
 */
import { UsageError } from "../../errors.ts";

/** Headers by the names that were given. */
export type GivenHeaders = Readonly<Record<string, string>>;

/** A header's name, as HTTP has it. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** What every part of HTTP on the way decides for itself. */
const RESERVED: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Shorter words of a value are "Bearer", "session" and the like. */
const SHORTEST_PART = 8;

/**
 * Reads headers from texts, each of which is a JSON object, or lines of NAME=VALUE (everything behind the first "=" is the value).
 *
 * @throws {UsageError} if one is neither, stands twice, has no value, or cannot be set.
 */
export function readGivenHeaders(texts: readonly string[]): GivenHeaders {
  return checkGivenHeaders(texts.flatMap((text) => /^\s*\{/.test(text) ? pairsOfJson(text) : pairsOfLines(text)));
}

/**
 * Returns headers as an object, each checked.
 *
 * @throws {UsageError} as {@linkcode readGivenHeaders} does.
 */
export function checkGivenHeaders(pairs: readonly (readonly [name: string, value: unknown])[]): GivenHeaders {
  const headers = new Map<string, [name: string, value: string]>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (!NAME.test(name)) throw unusable("what stands before the first = is no name of a header");
    if (typeof value !== "string" || value.trim() === "") throw unusable("one has no value");
    // deno-lint-ignore no-control-regex
    if (/[\x00-\x1f\x7f\u0100-\uffff]/.test(value)) {
      throw unusable("a value holds a character that HTTP does not allow");
    }
    if (RESERVED.has(key)) throw unusable(`${key} is not for the user to set`);
    if (headers.has(key)) throw unusable(`${key} stands twice`);
    headers.set(key, [name, value.trim()]);
  }
  return Object.fromEntries(headers.values());
}

/** Returns what must not be shown of headers: their values, and what stands in those beside words like "Bearer". */
export function secretsOfHeaders(headers: GivenHeaders): string[] {
  return Object.values(headers).flatMap((value) => {
    const parts = value.split(/[\s;,]+/).flatMap((part) => [part, part.replace(/^[^=]+=(?=[^=])/, "")]);
    return [value, ...parts.filter((part) => part.length >= SHORTEST_PART)];
  });
}

function pairsOfJson(text: string): [string, unknown][] {
  try {
    return Object.entries(JSON.parse(text));
  } catch {
    throw unusable("it begins as JSON does, and is none");
  }
}

function pairsOfLines(text: string): [string, string][] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "").map((line) => {
    const end = line.indexOf("=");
    if (end === -1) throw unusable("one has no =");
    return [line.slice(0, end).trim(), line.slice(end + 1)];
  });
}

function unusable(found: string): UsageError {
  return new UsageError(`Cannot use --header (MLFLOW_TRACKING_HEADERS): ${found}`, {
    hint: "Give NAME=VALUE, in the variable one a line, or a JSON object of texts",
  });
}
