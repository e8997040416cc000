/**
 * From the text of an option to its value: a few lines for each kind, one sentence for what does not fit. Not by zod,
 * which checks whatever has a structure: loading it takes 30 ms, a sixth of the time to the first request.
 * @module
 */
import { join } from "node:path";
import { readAddress } from "../../address.ts";
import { UsageError } from "../../errors.ts";
import { cleanTrackingUri, parseTrackingUri } from "../../mlflow/uri/tracking_uri.ts";
import { scrub } from "../../terminal/redact.ts";
import { quoted } from "../../visible.ts";
import type { OptionSpec } from "../tables/option.ts";

/** What an option may have been given: text, the texts of a list, or on and off of a boolean flag. */
export type GivenValue = string | boolean | readonly string[];

/** An option's value as it stands in the Config. */
export type OptionValue = string | number | boolean | readonly string[] | undefined;

/** One option as it was given. */
export interface Given {
  /** The option's text. */
  readonly value: GivenValue;
  /** Where it stood, for messages: "--base-dir", "EXP_PAGE_SIZE", "EXP_PAGE_SIZE of params.env". */
  readonly source: string;
}

const TRUE = ["1", "true", "yes", "on", "y"];
const FALSE = ["0", "false", "no", "off", "n"];

/**
 * Returns the value of an option that was given. Throws UsageError, in one line without secrets: where it stood, what
 * was found, what is accepted.
 */
export function readValue(option: OptionSpec, given: Given): OptionValue {
  if (typeof given.value === "boolean") return given.value;
  const value = option.kind === "list" ? listOf(given.value) : valueOf(option, given);
  if (value !== undefined) return value;
  const found = option.secret ? "" : ` ${scrub(quoted(String(given.value)))}`;
  throw new UsageError(`Cannot use ${given.source}${found}: expected ${expectation(option)}`);
}

/** Returns a path with a leading `~` replaced by the home folder. */
export function expandHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path;
}

/** The texts of a list, of which a variable holds one; undefined where one is empty. */
function listOf(value: string | readonly string[]): OptionValue {
  const texts = typeof value === "string" ? [value] : value;
  return texts.includes("") ? undefined : texts;
}

/** The value of one text; undefined where it does not fit. */
function valueOf({ kind, choices = [], max = Infinity }: OptionSpec, given: Given): OptionValue {
  const text = String(given.value);
  const fits = (isFit: boolean): OptionValue => isFit ? text : undefined;
  switch (kind) {
    case "token":
      // deno-lint-ignore no-control-regex
      return fits(/^[^\x00-\x1f\x7f\u0100-\uffff]*$/.test(text));
    case "path":
      return fits(!text.includes("\0"));
    case "url":
      return readAddress(text, given.source);
    case "uri":
      parseTrackingUri(text, given.source);
      return cleanTrackingUri(text);
    case "choice":
      return fits(choices.includes(text));
    case "count": {
      const count = /^\+?\d+$/.test(text.trim()) ? Number(text) : NaN;
      return Number.isSafeInteger(count) && count >= 1 && count <= max ? count : undefined;
    }
    case "boolean": {
      const word = text.trim().toLowerCase();
      return TRUE.includes(word) || (FALSE.includes(word) ? false : undefined);
    }
    default:
      return text;
  }
}

function expectation(option: OptionSpec): string {
  switch (option.kind) {
    case "token":
      return "characters that an HTTP header can carry";
    case "path":
      return "a path";
    case "count":
      return option.max === undefined ? "a whole number from 1" : `a whole number from 1 to ${option.max}`;
    case "choice":
      return orList(option.choices ?? []);
    case "boolean":
      return `one of ${TRUE.join(", ")} or ${FALSE.join(", ")}`;
    default:
      return "text";
  }
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
