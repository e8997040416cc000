/**
 * Keeps secrets out of everything that is written: known values are replaced in every form in which they may appear,
 * and user and password are taken out of any URL.
 * @module
 */
import { Buffer } from "node:buffer";
import { visible } from "../visible.ts";

/** What stands where a secret stood. */
const MASK = "***";

/** A secret shorter than this is replaced only where it stands alone: else every "a" of a log could be hidden. */
const MIN_LENGTH_ANYWHERE = 4;

/** Replaces the secrets it has been told of. */
export interface Redactor {
  /** Adds secrets; empty ones are left out. */
  add(secrets: readonly string[]): void;
  /** Returns the text without secrets. */
  redact(text: string): string;
}

/** Creates a redactor that knows the given secrets, and no others yet. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const patterns = new Set<string>();
  let pattern: RegExp | undefined;

  function add(more: readonly string[]): void {
    for (const secret of more) {
      if (secret === "") continue;
      for (const form of formsOf(secret)) patterns.add(patternOf(form));
    }
    // The longest first, so that a secret inside another one does not leave the rest of it standing.
    const sorted = [...patterns].sort((a, b) => b.length - a.length);
    pattern = sorted.length === 0 ? undefined : new RegExp(sorted.join("|"), "gu");
  }

  function redact(text: string): string {
    return scrub(pattern === undefined ? text : text.replace(pattern, MASK));
  }

  add(secrets);
  return { add, redact };
}

/** Returns the text without user and password in its URLs, and without values of Authorization and x-api-key headers. */
export function scrub(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi, `$1${MASK}@`)
    .replace(
      /\b((?:proxy-)?authorization|x-api-key)(["']?\s*[:=]\s*["']?)(?:(basic|bearer)\s+)?[^\s"',;]+/gi,
      `$1$2${MASK}`,
    );
}

function patternOf(form: string): string {
  const literal = form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return form.length < MIN_LENGTH_ANYWHERE ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
}

/** The ways in which a secret may be written: as it is, in a URL, in JSON, in base64. */
function formsOf(secret: string): string[] {
  const wellFormed = secret.toWellFormed();
  const percent = encodeURIComponent(wellFormed);
  // Python's quote() writes these too.
  const strict = percent.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const bytes = Buffer.from(secret, "utf8");
  return [
    secret,
    visible(secret),
    ...[percent, strict, strict.replaceAll("%20", "+")].flatMap((form) => [form, form.replace(/%../g, lowerCase)]),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
  ];
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
