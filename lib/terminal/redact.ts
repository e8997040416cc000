/**
 * Keeps secrets out of everything that is written: known values are replaced in every form in which they may appear,
 * and user and password are taken out of any URL.
 * @module
 */
import { Buffer } from "node:buffer";
import { visible } from "../visible.ts";

/** What stands where a secret stood. */
const MASK = "***";

/** A shorter secret stands in any text. */
const MIN_LENGTH_ANYWHERE = 4;

/** Of a longer secret, what must be left of one that was cut. */
const BEGINNING_LENGTH = 24;

/**
 * Words that the program says anyway. A secret that stands in them is replaced only where a credential does: elsewhere that would hide nothing,
 * and tell it ("***_export").
 */
const OUR_WORDS = `kiroframe-importer export import sync plan report merge verify doctor demo completions help version
  mlflow MLflow mlflow_export mlruns server backend-store-uri Kiroframe kiroframe http https localhost 127.0.0.1 5000
  tracking profiling token user username password credentials artifacts experiments experiment_summary runs_datasets
  models runs_basic summary.json export.log state.sqlite acknowledged artifacts_manifest params.env working directory
  folder resume latest auto listed files hold rows metric history histories points completed Importing Exporting`;

/** Replaces the secrets it has been told of. */
export interface Redactor {
  /** Adds secrets; empty ones are left out. */
  add(secrets: readonly string[]): void;
  /** Adds paths of ours, which stay whole whatever stands in them: they are to be pasted. */
  keep(paths: readonly string[]): void;
  /** Returns the text without secrets. */
  redact(text: string): string;
}

/** Creates a redactor that knows the given secrets, and no others yet. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const hidden = new Set<string>();
  const kept = new Set<string>();
  let pattern: RegExp | undefined;

  function add(more: readonly string[]): void {
    for (const secret of more) {
      if (secret === "") continue;
      for (const form of formsOf(secret)) hidden.add(form);
    }
    build();
  }

  function keep(paths: readonly string[]): void {
    // A mere word is no path: it would stay where it is the secret.
    for (const path of paths) if (/[/\\]/.test(path)) kept.add(path).add(visible(path));
    build();
  }

  function build(): void {
    // The longest first, so that a secret inside another one, or inside a path, does not leave the rest of it standing.
    const texts = [...hidden, ...[...kept].filter((path) => !hidden.has(path))].sort((a, b) => b.length - a.length);
    const patterns = texts.map((text) => hidden.has(text) ? patternOf(text) : literal(text));
    patterns.push(...texts.filter((text) => hidden.has(text) && text.length > BEGINNING_LENGTH).map(beginningOf));
    pattern = patterns.length === 0 ? undefined : new RegExp(patterns.join("|"), "gu");
  }

  function redact(text: string): string {
    return scrub(pattern === undefined ? text : text.replace(pattern, (found) => kept.has(found) ? found : MASK));
  }

  add(secrets);
  return { add, keep, redact };
}

/** Returns the text without user and password in its URLs, and without values of Authorization and x-api-key headers. */
export function scrub(text: string): string {
  return text
    // In an address of Azure's storage the container stands there.
    .replace(
      /\b(?!(?:wasb|abfs)s?:\/\/[\w$-]+@[\w.-]+(?![\w.@:-]))([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi,
      `$1${MASK}@`,
    )
    .replace(
      /\b((?:proxy-)?authorization|x-api-key)(["']?\s*[:=]\s*["']?)(?:(basic|bearer)\s+)?[^\s"',;]+/gi,
      `$1$2${MASK}`,
    );
}

/** A secret that was cut with the text that it stands in: some 300 characters are quoted of a server. */
function beginningOf(form: string): string {
  return `${literal(form.slice(0, BEGINNING_LENGTH))}[^\\s"'<>]*(?:…|\\.\\.\\.)`;
}

function patternOf(form: string): string {
  if (form.length >= MIN_LENGTH_ANYWHERE && !OUR_WORDS.includes(form)) return literal(form);
  // Where scrub() finds none: in a query, in JSON.
  return `(?<==["']?|:\\s*["'])${literal(form)}(?![\\p{L}\\p{N}_])`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
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
