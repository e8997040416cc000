/**
 * The text of --help, from the tables: pure, at most 80 columns.
 * @module
 */
import { Help } from "commander";
import { COMMANDS, RUNNABLE } from "../tables/commands.ts";
import type { CommandSpec } from "../tables/commands.ts";
import { EXIT_CODES } from "../tables/exit_codes.ts";
import { flagTerm, requires, takes } from "../tables/option.ts";
import type { OptionGroup, OptionSpec } from "../tables/option.ts";
import { GROUPS, OPTION_TABLE } from "../tables/options.ts";
import { VARIABLES } from "../tables/variables.ts";

const COLUMNS = 80;

type Item = readonly [term: string, text: string];

const ALWAYS: readonly Item[] = [["-h, --help", "Show this help"], ["-V, --version", "Show the version"]];

/** Returns the help of a command, ended by a newline; that of "plain" also lists the commands. */
export function helpText(name: CommandSpec["name"]): string {
  const spec = COMMANDS.find((candidate) => candidate.name === name);
  if (spec === undefined) throw new RangeError(`Cannot help with "${name}": no such command`);
  const isRun = runs(spec);
  return [
    usage(spec),
    `${wrap(spec.description, "")}\n`,
    ...(spec.name === "plain" ? [commandSection()] : []),
    ...(isRun ? optionSections(spec.name) : []),
    ...(isRun ? variableSections(spec.name) : []),
    exampleSection(spec),
    ...(isRun ? [exitCodeSection()] : []),
  ].join("\n");
}

function usage(spec: CommandSpec): string {
  if (spec.name === "plain") {
    return "Usage: kiroframe-importer [options]\n       kiroframe-importer COMMAND [options]\n";
  }
  return `Usage: kiroframe-importer ${term(spec)}${runs(spec) ? " [options]" : ""}\n`;
}

/** Whether it does something, and is no command that prints. */
function runs(spec: CommandSpec): boolean {
  return RUNNABLE.some(({ name }) => name === spec.name);
}

/** The command and its operand, as one writes them. */
function term({ name, operand, isOptional = false }: CommandSpec): string {
  return operand === undefined ? name : `${name} ${isOptional ? `[${operand}]` : operand}`;
}

function commandSection(): string {
  const commands = COMMANDS.filter(({ name }) => name !== "plain");
  return section(
    "Commands (--help after one shows its options)",
    commands.map((spec) => [term(spec), spec.about]),
  );
}

function optionSections(command: string): string[] {
  const options = OPTION_TABLE.filter((option) => takes(command, option));
  const sections = GROUPS.map((group): [OptionGroup, Item[]] => {
    const items = options.filter((option) => groupOf(option, command) === group).map(optionItem);
    return [group, group === "Other" ? [...items, ...ALWAYS] : items];
  });
  // One width for all, so that the sentences of every section begin in one column.
  const width = Math.max(...sections.flatMap(([, items]) => items.map(([term]) => term.length)));
  return sections.flatMap(([group, items]) => items.length === 0 ? [] : [section(group, items, width)]);
}

/** What one command requires may be optional for another. */
function groupOf(option: OptionSpec, command: string): OptionGroup {
  return option.group === "Required" && !requires(command, option) ? "Other" : option.group;
}

function optionItem(option: OptionSpec): Item {
  const facts = [
    ...(option.default === undefined ? [] : [`default ${option.default}`]),
    ...(option.variable === undefined ? [] : [`env ${option.variable}`]),
  ];
  const text = [
    option.about,
    ...(option.choices === undefined ? [] : [`[${option.choices.join(" | ")}]`]),
    ...(facts.length === 0 ? [] : [`[${facts.join("; ")}]`]),
  ];
  return [option.kind === "boolean" ? flagTerm(option) : `${flagTerm(option)} ${option.placeholder}`, text.join("\n")];
}

function variableSections(command: string): string[] {
  const names = VARIABLES.filter(({ commands }) => commands.some((name) => name === command)).map(({ name }) => name);
  return names.length === 0
    ? []
    : [`Other variables, for signing in, proxies and patience:\n${wrap(names.join(", "), "  ")}\n`];
}

function exampleSection(spec: CommandSpec): string {
  const examples = spec.examples.map(({ does, line }) => `  # ${does}\n${line.replace(/^/gm, "  ")}\n`);
  return `Examples:\n${examples.join("\n")}`;
}

function exitCodeSection(): string {
  return section("Exit codes", EXIT_CODES.map(({ code, about }) => [String(code), about]));
}

function section(
  title: string,
  items: readonly Item[],
  width = Math.max(...items.map(([term]) => term.length)),
): string {
  const layout = new Help();
  layout.helpWidth = COLUMNS;
  return `${title}:\n${items.map(([term, text]) => `${layout.formatItem(term, width, text, layout)}\n`).join("")}`;
}

function wrap(text: string, indent: string): string {
  return new Help().boxWrap(text, COLUMNS - indent.length).replace(/^/gm, indent);
}
