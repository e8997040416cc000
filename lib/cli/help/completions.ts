/**
 * Completions for the shells, from the tables: pure functions.
 * @module
 */
import { COMMANDS } from "../tables/commands.ts";
import type { CommandSpec, Shell } from "../tables/commands.ts";
import { flagsOf, takes } from "../tables/option.ts";
import type { OptionSpec } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";

const NAMED = COMMANDS.filter(({ name }) => name !== "plain");
const NAMES = NAMED.map(({ name }) => name);
/** Those whose operands are folders. */
const ON_FOLDERS = NAMED.filter(({ operand, operandChoices }) => operand !== undefined && operandChoices === undefined);

/** Returns the script that teaches a shell to complete the program's commands, flags and choices. */
export function completions(shell: Shell): string {
  switch (shell) {
    case "bash":
      return bash();
    case "zsh":
      return zsh();
    case "fish":
      return fish();
  }
}

function optionsOf({ name }: CommandSpec): readonly OptionSpec[] {
  return OPTION_TABLE.filter((option) => takes(name, option));
}

function isFolder({ flag }: OptionSpec): boolean {
  return flag.endsWith("-dir");
}

function bash(): string {
  const values = OPTION_TABLE.filter(({ kind }) => kind !== "boolean").map((option) => {
    const reply = option.choices !== undefined
      ? `COMPREPLY=($(IFS=' ' compgen -W "${option.choices.join(" ")}" -- "$word"))`
      : option.kind === "path"
      ? `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -${isFolder(option) ? "d" : "f"} -- "$word"))`
      : "COMPREPLY=()";
    return `    --${option.flag}) ${reply}; return ;;`;
  });
  const commands = COMMANDS.map((spec) => {
    const words = [...optionsOf(spec).flatMap(flagsOf), ...(spec.name === "plain" ? NAMES : spec.operandChoices ?? [])];
    return `    ${spec.name}) words="${[...words, "--help", "--version"].join(" ")}" ;;`;
  });
  return `# bash completion for kiroframe-importer
_kiroframe_importer() {
  local IFS=$'\\n' word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command=plain words i
  if [[ $word == "=" ]]; then word=; elif [[ $before == "=" ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${NAMES.join("|")}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $before in
${values.join("\n")}
  esac
  case $command in
${commands.join("\n")}
  esac
  if [[ $command =~ ^(${ON_FOLDERS.map(({ name }) => name).join("|")})$ && $word != -* ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -d -- "$word"))
  else
    COMPREPLY=($(IFS=' ' compgen -W "$words" -- "$word"))
  fi
}
complete -F _kiroframe_importer kiroframe-importer
`;
}

function zsh(): string {
  const cases = COMMANDS.map((spec) => {
    const specs = [
      ...optionsOf(spec).flatMap(zshSpecs),
      "'(- *)'{-h,--help}'[Show help]'",
      "'(- *)'{-V,--version}'[Show the version]'",
    ];
    if (spec.name === "plain") {
      // The list is evaluated once more: everything but letters and digits is quoted for that.
      const list = NAMED.map(({ name, about }) => `${name}\\:${about.replace(/[^\w,.-]/g, "\\$&")}`).join(" ");
      specs.push(`'1:command:((${list}))'`);
    } else {
      specs.push(`'1:command:(${spec.name})'`);
      if (spec.operandChoices !== undefined) specs.push(`'2:${spec.operand}:(${spec.operandChoices.join(" ")})'`);
      else if (spec.operand !== undefined) specs.push(`'${spec.takesMany ? "*" : "2"}:${spec.operand}:_files -/'`);
    }
    return `    ${spec.name}) _arguments -s \\\n      ${specs.join(" \\\n      ")} ;;`;
  });
  return `#compdef kiroframe-importer
_kiroframe_importer() {
  local command=plain word
  for word in \${words[2,CURRENT-1]}; do
    case $word in
      ${NAMES.join("|")}) command=$word; break ;;
    esac
  done
  case $command in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _kiroframe_importer ]]; then _kiroframe_importer "$@"; else compdef _kiroframe_importer kiroframe-importer; fi
`;
}

function zshSpecs(option: OptionSpec): string[] {
  const [on = "", off] = flagsOf(option);
  const about = zshText(option.about);
  if (off !== undefined) return [`'(${off})${on}[${about}]'`, `'(${on})${off}[${zshText(`Off: ${option.about}`)}]'`];
  const action = option.choices !== undefined
    ? `(${option.choices.join(" ")})`
    : option.kind === "path"
    ? isFolder(option) ? "_files -/" : "_files"
    : " ";
  return [`'${option.kind === "list" ? "*" : ""}${on}=[${about}]:${option.placeholder}:${action}'`];
}

function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replace(/[[\]:]/g, "\\$&");
}

function fish(): string {
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
