/**
 * Completions for zsh.
 * @module
 */
import { COMMANDS } from "../tables/commands.ts";
import { flagsOf } from "../tables/option.ts";
import type { OptionSpec } from "../tables/option.ts";
import { isFolder, NAMED, NAMES, optionsOf } from "./facts.ts";

/** Returns the script. */
export function zsh(): string {
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
