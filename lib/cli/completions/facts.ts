/**
 * What every shell is told of: commands, their options and operands.
 * @module
 */
import { COMMANDS } from "../tables/commands.ts";
import type { CommandSpec } from "../tables/commands.ts";
import { takes } from "../tables/option.ts";
import type { OptionSpec } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";

/** The commands that have a word. */
export const NAMED: readonly CommandSpec[] = COMMANDS.filter(({ name }) => name !== "plain");

/** Their words. */
export const NAMES: readonly string[] = NAMED.map(({ name }) => name);

/** Whether a command's operands are folders. */
export function isOnFolders({ operand, operandChoices }: CommandSpec): boolean {
  return operand !== undefined && operandChoices === undefined;
}

/** The options that a command takes. */
export function optionsOf({ name }: CommandSpec): readonly OptionSpec[] {
  return OPTION_TABLE.filter((option) => takes(name, option));
}

/** Whether an option's value is a folder. */
export function isFolder({ flag }: OptionSpec): boolean {
  return flag.endsWith("-dir");
}
