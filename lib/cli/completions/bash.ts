/**
 * Completions for bash.
 * @module
 */
import { COMMANDS } from "../tables/commands.ts";
import { flagsOf } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";
import { isFolder, isOnFolders, NAMED, NAMES, optionsOf } from "./facts.ts";

/** Returns the script. */
export function bash(): string {
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
  if [[ $command =~ ^(${NAMED.filter(isOnFolders).map(({ name }) => name).join("|")})$ && $word != -* ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -d -- "$word"))
  else
    COMPREPLY=($(IFS=' ' compgen -W "$words" -- "$word"))
  fi
}
complete -F _kiroframe_importer kiroframe-importer
`;
}
