/**
 * Splits the words of the command line into flags and operands: the only user of commander.
 * @module
 */
import { Command, CommanderError, Option } from "commander";
import { UsageError } from "../../errors.ts";
import { scrub } from "../../terminal/redact.ts";
import { visible } from "../../visible.ts";
import { flagsOf } from "../tables/option.ts";
import type { OptionSpec } from "../tables/option.ts";
import { OPTIONS } from "../tables/options.ts";
import type { GivenValue } from "./values.ts";

/** The command line, split. */
export interface Words {
  /** What each flag was given, by flag without dashes: the last one counts, a list keeps all. */
  readonly given: ReadonlyMap<string, GivenValue>;
  /** The words that are neither flags nor their values: a command and what it works on. */
  readonly operands: readonly string[];
  /** Whether --help or -h was there. */
  readonly help: boolean;
  /** Whether --version was there. */
  readonly version: boolean;
}

/**
 * Splits the arguments. As in the reference, a flag may be shortened while only one begins so, and `--flag=value` works.
 * Throws UsageError, in one line, for a flag that does not exist or lacks its value.
 */
export function readWords(argv: readonly string[], table: readonly OptionSpec[] = OPTIONS): Words {
  const flags = [...table.flatMap(flagsOf), "--help", "--version"];
  const given = new Map<string, GivenValue>();
  const program = new Command("kiroframe-importer")
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeOut: (): void => {}, writeErr: (): void => {}, outputError: (): void => {} })
    .argument("[operands...]")
    .addOption(new Option("-h, --help"))
    .addOption(new Option("--version"));
  for (const option of table) addOption(program, { option, flags, given });
  const args = expandPrefixes(argv, flags);
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Who asks for help on a line that is wrong gets the help.
    if (!isSet(program, "help")) throw usageError(error, table);
  }
  return { given, operands: [...program.args], help: isSet(program, "help"), version: isSet(program, "version") };
}

interface Target {
  readonly option: OptionSpec;
  /** Every flag there is. */
  readonly flags: readonly string[];
  readonly given: Map<string, GivenValue>;
}

function addOption(program: Command, { option, flags, given }: Target): void {
  const { flag, kind } = option;
  if (kind === "boolean") {
    program.addOption(new Option(`--${flag}`)).addOption(new Option(`--no-${flag}`));
    program.on(`option:${flag}`, (): void => void given.set(flag, true));
    program.on(`option:no-${flag}`, (): void => void given.set(flag, false));
    return;
  }
  program.addOption(new Option(`--${flag} <value>`));
  program.on(`option:${flag}`, (value: string): void => {
    // Commander takes whatever follows as the value; here, as in the reference, a flag is none.
    if (flags.includes(value.replace(/=.*$/s, ""))) {
      throw lacksValue(option, `, but ${value.replace(/=.*$/s, "")} follows`);
    }
    const before = given.get(flag);
    given.set(flag, kind === "list" ? [...(Array.isArray(before) ? before : []), value] : value);
  });
}

function isSet(program: Command, key: string): boolean {
  return program.getOptionValue(key) === true;
}

function expandPrefixes(argv: readonly string[], flags: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.map((word, i) => {
    const [, name, value = ""] = /^(--[^=]+)(=.*)?$/s.exec(word) ?? [];
    if (name === undefined || flags.includes(name) || (end !== -1 && i > end)) return word;
    const matches = flags.filter((flag) => flag.startsWith(name));
    if (matches.length > 1) {
      throw new UsageError(`Cannot use ${visible(name)}: it may stand for ${matches.join(" or ")}`);
    }
    return matches.length === 1 ? `${matches[0]}${value}` : word;
  });
}

function usageError(error: CommanderError, table: readonly OptionSpec[]): UsageError {
  const [, word = "", value] = /'(.*?)(?:(=.*)|\s.*)?'/s.exec(error.message) ?? [];
  const option = table.find((candidate) => flagsOf(candidate).includes(word));
  if (error.code === "commander.optionMissingArgument" && option !== undefined) return lacksValue(option, "");
  if (option?.kind === "boolean") {
    return new UsageError(`Cannot give --${option.flag} a value: use --${option.flag} or --no-${option.flag}`);
  }
  // Commander finds what is similar only to the flag alone; and the value may be a secret.
  if (value !== undefined) readWords([word], table);
  const similar = /Did you mean (?:one of )?(.*)\?\)/.exec(error.message)?.[1]?.replaceAll(", ", " or ");
  return new UsageError(
    `Cannot use ${visible(scrub(word))}: there is no such option; ${
      similar === undefined ? "see kiroframe-importer --help" : `did you mean ${similar}?`
    }`,
  );
}

function lacksValue(option: OptionSpec, found: string): UsageError {
  return new UsageError(
    `Cannot use --${option.flag} without its value: expected --${option.flag} ${option.placeholder}${found}`,
  );
}
