/**
 * Splits the words of the command line into flags and operands: the only user of commander.
 * @module
 */
import { Command, CommanderError, Option } from "commander";
import { UsageError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { scrub } from "../../terminal/redact.ts";
import { visible } from "../../visible.ts";
import { flagsOf } from "../tables/option.ts";
import type { OptionSpec } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";
import type { GivenValue } from "./values.ts";

/** The command line, split. */
export interface Words {
  /** What each flag was given, by flag without dashes: the last one counts, a list keeps all. */
  readonly given: ReadonlyMap<string, GivenValue>;
  /** The words that are neither flags nor their values: a command and what it works on. */
  readonly operands: readonly string[];
  /** Whether --help or -h was there. */
  readonly help: boolean;
  /** Whether --version or -V was there. */
  readonly version: boolean;
}

/** The flags that every command takes. */
const ALWAYS = ["--help", "--version"];

/**
 * Splits the arguments. As in the reference, a flag may be shortened while only one begins so, and `--flag=value` works.
 * Throws UsageError, in one line, for a flag that does not exist or lacks its value.
 */
export function readWords(argv: readonly string[], table: readonly OptionSpec[] = OPTION_TABLE): Words {
  const flags = [...table.flatMap(flagsOf), ...ALWAYS];
  const given = new Map<string, GivenValue>();
  const program = new Command("kiroframe-importer")
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeOut: (): void => {}, writeErr: (): void => {}, outputError: (): void => {} })
    .addOption(new Option("-h, --help"))
    .addOption(new Option("-V, --version"));
  for (const option of table) addOption(program, { option, flags, given });
  const args = expandPrefixes(argv, flags);
  const { operands, unknown: [unknown] } = split(program, args, table);
  const [help, version] = [isSet(program, "help"), isSet(program, "version")];
  // Who asks for help on a line that is wrong gets the help.
  if (unknown !== undefined && !help) throw unusableFlag(unknown, table);
  return { given, operands, help, version };
}

function split(
  program: Command,
  args: readonly string[],
  table: readonly OptionSpec[],
): ReturnType<Command["parseOptions"]> {
  try {
    return program.parseOptions([...args]);
  } catch (error) {
    if (!(error instanceof CommanderError) || error.code !== "commander.optionMissingArgument") throw error;
    if (isSet(program, "help")) return { operands: [], unknown: [] };
    // Only the last word has nothing behind it.
    const option = table.find((candidate) => flagsOf(candidate).includes(args.at(-1) ?? ""));
    throw option === undefined ? error : lacksValue(option, "");
  }
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

/** The value is never shown: it may be a secret. */
function unusableFlag(word: string, table: readonly OptionSpec[]): UsageError {
  const flag = word.replace(/=.*$/s, "");
  const option = table.find((candidate) => flagsOf(candidate).includes(flag));
  if (option !== undefined) {
    return new UsageError(`Cannot give --${option.flag} a value: use --${option.flag} or --no-${option.flag}`);
  }
  const meant = nearest(flag, [...table.flatMap(flagsOf), ...ALWAYS]);
  return new UsageError(
    `Cannot use ${visible(scrub(flag))}: there is no such option; ${
      meant === undefined ? "see kiroframe-importer --help" : `did you mean ${meant}?`
    }`,
  );
}

function lacksValue(option: OptionSpec, found: string): UsageError {
  return new UsageError(
    `Cannot use --${option.flag} without its value: expected --${option.flag} ${option.placeholder}${found}`,
  );
}
