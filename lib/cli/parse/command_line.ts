/**
 * From the words on the command line to a command and its Config. Nothing is printed, and nothing of the process is
 * touched: arguments, environment and the reading of --env-file are handed in.
 * @module
 */
import { createConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { messageOf, UsageError } from "../../errors.ts";
import { scrub } from "../../terminal/redact.ts";
import { visible } from "../../visible.ts";
import type { Environment } from "../../environment.ts";
import type { EnvFileNames } from "../../jobs/doctor/run.ts";
import { runtimeName, VERSION } from "../../version.ts";
import { COMMANDS } from "../tables/commands.ts";
import type { CommandName, CommandSpec, Shell } from "../tables/commands.ts";
import { completions } from "../completions/script.ts";
import { parseEnvFile } from "./env_file.ts";
import { helpText } from "../help/text.ts";
import { nearNames, unreadNames } from "./near_names.ts";
import type { OptionSpec } from "../tables/option.ts";
import { takes } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";
import { expandHome } from "./values.ts";
import type { Given } from "./values.ts";
import { readWords } from "./words.ts";
import type { Words } from "./words.ts";

/** A command to run, with its Config. */
export interface RunCommand<C extends CommandName> {
  readonly command: C;
  /** Validated and frozen. */
  readonly config: Config<C>;
  /** What stood beside the options: as many as the command's entry in the table allows. */
  readonly operands: readonly string[];
  /** The file of --env-file; undefined where none was given. */
  readonly envFile?: EnvFileNames;
  /** What is odd about what was given: one sentence each. */
  readonly warnings: readonly string[];
}

/** Text to print on standard output, after which all is done: help, version, completions. */
export interface PrintCommand {
  /** Marks it. */
  readonly command: "print";
  /** Ends with a newline. */
  readonly text: string;
}

/** What the command line asks for. */
export type ParsedCommand = { [C in CommandName]: RunCommand<C> }[CommandName] | PrintCommand;

/** What parsing may know of the machine. */
export interface ParseSystem {
  /** The process's environment. */
  readonly env: Environment;
  /** The user's home folder, for `~`. */
  readonly home: string;
  /** Returns the text of a file, or throws. */
  readFile(path: string): string;
}

const VERSION_TEXT = `kiroframe-importer ${VERSION} (${runtimeName()})\n`;

/** Kinds whose empty flag counts as not given, as in the reference. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["text", "token", "path", "url", "uri"]);

/**
 * Parses the arguments (without the program's name). A flag beats a variable of the process, that beats one of
 * --env-file, that beats the default; an empty variable counts as not given.
 * Throws UsageError for anything that cannot be used.
 */
export function parseCommandLine(argv: readonly string[], system: ParseSystem): ParsedCommand {
  const words = readWords(argv);
  const spec = commandOf(words);
  if (words.help) return { command: "print", text: helpText(spec.name) };
  if (words.version) return { command: "print", text: VERSION_TEXT };
  const operands = operandsOf(spec, words);
  refuseOptions(spec, words);
  const text = printed(spec, operands);
  if (text !== undefined) return { command: "print", text };
  const command = spec.name as CommandName;
  const file = readEnvFile(words, system);
  const environment = { ...file.variables, ...system.env };
  const given = new Map<string, Given>();
  for (const option of OPTION_TABLE) {
    const found = find(option, { words, env: system.env, file });
    if (found !== undefined) given.set(option.flag, found);
  }
  const warnings = nearNames({ env: system.env, file: file.variables, fileName: file.path });
  try {
    const config = createConfig(command, { given, environment, home: system.home });
    // The union's members differ in the command alone, which the Config was made for.
    return { command, config, operands, warnings, envFile: namesOf(file) } as ParsedCommand;
  } catch (error) {
    // What is missing may have been given under another name.
    if (!(error instanceof UsageError) || warnings.length === 0) throw error;
    throw new UsageError(error.message, { cause: error, hint: warnings.join("; ") });
  }
}

function namesOf({ path, text, variables }: EnvFile): EnvFileNames | undefined {
  return path === "" ? undefined : { path, count: Object.keys(variables).length, unread: unreadNames(variables, text) };
}

interface EnvFile {
  /** Safe to show; "" where none was given. */
  readonly path: string;
  readonly text: string;
  readonly variables: Environment;
}

function readEnvFile(words: Words, system: ParseSystem): EnvFile {
  const given = words.given.get("env-file");
  if (typeof given !== "string" || given === "") return { path: "", text: "", variables: {} };
  const path = expandHome(given, system.home);
  let text: string;
  try {
    text = system.readFile(path);
  } catch (cause) {
    throw new UsageError(`Cannot read --env-file ${quoted(path)}: ${messageOf(cause)}`, { cause });
  }
  return {
    path: visible(path),
    text,
    variables: parseEnvFile(text, { path: visible(path), env: system.env, home: system.home }),
  };
}

interface Places {
  readonly words: Words;
  readonly env: Environment;
  readonly file: EnvFile;
}

/** Looks for an option where it may stand, the strongest place first. */
function find(option: OptionSpec, { words, env, file }: Places): Given | undefined {
  const flag = words.given.get(option.flag);
  if (flag !== undefined && !(flag === "" && MAY_BE_EMPTY.has(option.kind))) {
    return { value: flag, source: `--${option.flag}` };
  }
  if (option.variable === undefined) return undefined;
  const ours = env[option.variable];
  if (ours) return { value: ours, source: option.variable };
  const theirs = file.variables[option.variable];
  return theirs ? { value: theirs, source: `${option.variable} of ${file.path}` } : undefined;
}

function commandOf(words: Words): CommandSpec {
  const word = words.operands[0];
  const isPlain = word === undefined || words.help || words.version;
  const spec = COMMANDS.find(({ name }) => name === word && name !== "plain") ??
    COMMANDS.find(({ name }) => name === "plain" && isPlain);
  if (spec !== undefined) return spec;
  const names = COMMANDS.map(({ name }) => name).filter((name) => name !== "plain");
  throw new UsageError(`Cannot use ${quoted(word ?? "")}: expected an option or one of ${names.join(", ")}`);
}

function operandsOf(spec: CommandSpec, words: Words): readonly string[] {
  const operands = words.operands.slice(1);
  const wanted = spec.operand === undefined ? 0 : 1;
  const [first] = operands;
  if ((operands.length < wanted && !spec.isOptional) || first === "") {
    throw new UsageError(`Cannot use ${spec.name} alone: it needs ${spec.operandAbout}`);
  }
  if (operands.length > wanted && !spec.takesMany) {
    throw new UsageError(
      `Cannot use ${quoted(operands[wanted] ?? "")}: ${spec.name} takes ${
        wanted === 0 ? "options only" : `one ${spec.operand}`
      }`,
    );
  }
  if (first !== undefined && spec.operandChoices?.includes(first) === false) {
    throw new UsageError(`Cannot use ${quoted(first)}: ${spec.name} needs ${spec.operandAbout}`);
  }
  return operands;
}

/** What a command prints that does nothing else; undefined for those that run. */
function printed({ name }: CommandSpec, [operand]: readonly string[]): string | undefined {
  if (name === "help") return helpText(operand ?? "plain");
  if (name === "version") return VERSION_TEXT;
  return name === "completions" ? completions(operand as Shell) : undefined;
}

function refuseOptions({ name }: CommandSpec, words: Words): void {
  for (const option of OPTION_TABLE) {
    if (!words.given.has(option.flag) || takes(name, option)) continue;
    throw new UsageError(`Cannot use --${option.flag} with ${name}: see kiroframe-importer ${name} --help`);
  }
}

function quoted(text: string): string {
  return `"${visible(scrub(text))}"`;
}
