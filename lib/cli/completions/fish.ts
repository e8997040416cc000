/**
 * Completions for fish.
 * @module
 */
import { COMMANDS } from "../tables/commands.ts";
import { flagsOf } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";
import { isFolder, NAMED, NAMES, optionsOf } from "./facts.ts";

/** Returns the script. */
export function fish(): string {
  const start = "complete -c kiroframe-importer";
  const commands = NAMED.map(({ name, about }) =>
    `${start} -n 'not __fish_seen_subcommand_from ${NAMES.join(" ")}' -a ${name} -d ${fishText(about)}`
  );
  const operands = NAMED.flatMap(({ name, operand, operandChoices }) => {
    if (operand === undefined) return [];
    const words = operandChoices === undefined ? "(__fish_complete_directories)" : operandChoices.join(" ");
    return [`${start} -n '__fish_seen_subcommand_from ${name}' -a '${words}'`];
  });
  const options = OPTION_TABLE.flatMap((option) => {
    const others = COMMANDS.filter((spec) => !optionsOf(spec).includes(option)).map(({ name }) => name);
    const when = others.includes("plain")
      ? `__fish_seen_subcommand_from ${option.commands.join(" ")}`
      : `not __fish_seen_subcommand_from ${others.join(" ")}`;
    const [on = "", off] = flagsOf(option).map((flag) => flag.slice(2));
    const about = fishText(option.about);
    if (off !== undefined) {
      return [
        `${start} -n '${when}' -l ${on} -d ${about}`,
        `${start} -n '${when}' -l ${off} -d ${fishText(`Off: ${option.about}`)}`,
      ];
    }
    const values = option.choices !== undefined
      ? ` -a '${option.choices.join(" ")}'`
      : option.kind === "path"
      ? isFolder(option) ? " -a '(__fish_complete_directories)'" : " -F"
      : "";
    return [`${start} -n '${when}' -l ${on} -x${values} -d ${about}`.replace(" -x -F", " -r -F")];
  });
  return `# fish completion for kiroframe-importer
${start} -f
${start} -s h -l help -d 'Show help'
${start} -s V -l version -d 'Show the version'
${[...commands, ...operands, ...options].join("\n")}
`;
}

function fishText(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
