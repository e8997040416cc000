/**
 * What an option is, and how its flags are written; the options themselves are in options.ts.
 * @module
 */

import type { CommandName } from "./commands.ts";

/**
 * How the text of an option is read.
 * - `text`: as it is. `token`: text that an HTTP header can carry. `path`: text with `~` for the home folder.
 * - `url`: http or https. `uri`: whatever MLflow's own client takes (lib/mlflow/uri). `count`: a whole number from 1 to {@linkcode OptionSpec.max}.
 * - `choice`: one of {@linkcode OptionSpec.choices}. `list`: text, as often as wanted.
 * - `boolean`: `--flag` and `--no-flag`; as a variable 1/true/yes/on/y or 0/false/no/off/n.
 */
export type OptionKind = "text" | "token" | "path" | "url" | "uri" | "count" | "choice" | "boolean" | "list";

/** Where an option stands in --help and in params.env.example. */
export type OptionGroup = "Required" | "What to export" | "Where it goes" | "How fast" | "Other";

export interface OptionSpec {
  /** Long flag without the dashes; in camelCase it is the key in the Config. */
  readonly flag: string;
  /** Environment variable, where there is one. */
  readonly variable?: string;
  /** How its text is read. */
  readonly kind: OptionKind;
  /** Stands for the value in --help. */
  readonly placeholder?: string;
  /** Value when neither flag nor variable is given. @default none: undefined, or an empty list */
  readonly default?: string | number | boolean;
  /** What a `choice` may be. */
  readonly choices?: readonly string[];
  /** The greatest `count`. */
  readonly max?: number;
  /** Where it stands in --help. */
  readonly group: OptionGroup;
  /** One sentence without its period, beginning with a capital. */
  readonly about: string;
  /** The commands that take it. */
  readonly commands: readonly CommandName[];
  /** The commands that cannot do without it. @default none */
  readonly requiredBy?: readonly CommandName[];
  /** The switch without which it is not used: where that is off, it is neither asked for nor looked at. @default none */
  readonly onlyWith?: string;
  /** Its value must never be shown. @default {false} */
  readonly secret?: boolean;
}

/** Writes a kebab-case flag in camelCase. */
export type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** Returns the key of a flag in the Config: "run-page-size" gives "runPageSize". */
export function keyOf(option: OptionSpec): string {
  return option.flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Returns how help and documents write a flag: "--[no-]export-models", "--base-dir". */
export function flagTerm(option: OptionSpec): string {
  return option.kind === "boolean" ? `--[no-]${option.flag}` : `--${option.flag}`;
}

/** Returns the flags that the command line accepts for an option: a boolean has two. */
export function flagsOf(option: OptionSpec): readonly string[] {
  return option.kind === "boolean" ? [`--${option.flag}`, `--no-${option.flag}`] : [`--${option.flag}`];
}

/** Returns whether a command takes an option. */
export function takes(command: string, option: OptionSpec): boolean {
  return option.commands.some((name) => name === command);
}

/** Returns whether a command cannot do without an option. */
export function requires(command: string, option: OptionSpec): boolean {
  return option.requiredBy?.some((name) => name === command) ?? false;
}
