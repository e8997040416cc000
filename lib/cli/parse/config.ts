/**
 * The Config: what the user wants, validated and frozen. Its type comes from the table of options.
 * @module
 */
import type { CommandName } from "../tables/commands.ts";
import type { CamelCase, OptionSpec } from "../tables/option.ts";
import { keyOf, requires, takes } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";
import type { Option } from "../tables/options.ts";
import { expandHome, readValue } from "./values.ts";
import type { Given, OptionValue } from "./values.ts";
import { UsageError } from "../../errors.ts";
import type { Environment } from "../../environment.ts";

/** The type of an option's value: a choice is one of its words. */
export type ValueOf<O> = O extends { kind: "boolean" } ? boolean
  : O extends { kind: "count" } ? number
  : O extends { kind: "list" } ? readonly string[]
  : O extends { kind: "choice"; choices: readonly (infer Choice)[] } ? Choice
  : string;

/** Whether a command's Config always holds an option's value: it has a default, is a list, or is required. */
export type IsAlwaysThere<O, C extends CommandName> = O extends { default: unknown } | { kind: "list" } ? true
  : O extends { onlyWith: infer F } ? (C extends CommandsOf<F> ? false : IsRequired<O, C>)
  : IsRequired<O, C>;

type IsRequired<O, C> = O extends { requiredBy: readonly (infer R)[] } ? (C extends R ? true : false) : false;

/** The commands that take the option of a flag. */
type CommandsOf<F> = Extract<Option, { flag: F }>["commands"][number];

/** The values of the options that a command takes: `--run-page-size` is `runPageSize`. */
export type OptionValues<C extends CommandName> = {
  readonly [O in Option as C extends O["commands"][number] ? CamelCase<O["flag"]> : never]: IsAlwaysThere<O, C> extends
    true ? ValueOf<O> : ValueOf<O> | undefined;
};

/** What a command is run with: the values of its options, and the environment for credentials and proxies. */
export type Config<C extends CommandName> = OptionValues<C> & {
  /** The process's variables, and behind them those of --env-file. */
  readonly environment: Environment;
  /** The keys of the options that were given, by flag or variable; the others have their defaults. */
  readonly given: ReadonlySet<string>;
};

/** What {@linkcode createConfig} makes a Config from. */
export interface ConfigInput {
  /** The options that were given, by flag without dashes, wherever they stood. */
  readonly given: ReadonlyMap<string, Given>;
  /** Put into the Config. */
  readonly environment: Environment;
  /** The user's home folder, for `~`. */
  readonly home: string;
}

/**
 * Returns the frozen Config of a command: what was given, else the defaults.
 * Throws UsageError for a value that does not fit, then for required options that are missing (all in one line).
 */
export function createConfig<C extends CommandName>(command: C, input: ConfigInput): Config<C> {
  const values: Record<string, unknown> = {};
  const keys = new Set<string>();
  const missing: string[] = [];
  for (const option of OPTION_TABLE) {
    const isOff = option.onlyWith !== undefined && input.given.get(option.onlyWith)?.value === false;
    if (!takes(command, option) || isOff) continue;
    const given = input.given.get(option.flag);
    const value = given === undefined ? defaultOf(option) : readValue(option, given);
    if (value === undefined && requires(command, option)) missing.push(nameOf(option));
    if (given !== undefined) keys.add(keyOf(option));
    values[keyOf(option)] = option.kind === "path" && typeof value === "string"
      ? expandHome(value, input.home)
      : Array.isArray(value)
      ? Object.freeze([...value])
      : value;
  }
  // The reference's own words, which scripts may look for.
  if (missing.length > 0) throw new UsageError(`missing required parameter(s): ${missing.join(", ")}`);
  return Object.freeze({ ...values, environment: Object.freeze({ ...input.environment }), given: keys }) as Config<C>;
}

function defaultOf(option: OptionSpec): OptionValue {
  return option.default ?? (option.kind === "list" ? [] : undefined);
}

function nameOf(option: OptionSpec): string {
  return option.variable === undefined ? `--${option.flag}` : `--${option.flag} or env ${option.variable}`;
}
