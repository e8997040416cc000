/**
 * Completions for PowerShell, 5.1 and later.
 * @module
 */
import { COMMANDS } from "../tables/commands.ts";
import { flagsOf } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";
import { isOnFolders, NAMED, NAMES, optionsOf } from "./facts.ts";

const ALWAYS = [["--help", "Show help"], ["--version", "Show the version"]] as const;

/** Returns the script. */
export function powershell(): string {
  const words = COMMANDS.map((spec): [string, string] => {
    const others = spec.name === "plain" ? NAMES : spec.operandChoices ?? [];
    return [spec.name, list([...others, ...optionsOf(spec).flatMap(flagsOf), ...ALWAYS.map(([flag]) => flag)])];
  });
  const abouts = [
    ...NAMED.map(({ name, about }) => [name, about] as const),
    ...OPTION_TABLE.flatMap((option) => {
      const [on = "", off] = flagsOf(option);
      const one = [on, option.about] as const;
      return off === undefined ? [one] : [one, [off, `Off: ${option.about}`] as const];
    }),
    ...ALWAYS,
  ].map(([name, about]): [string, string] => [name, quoted(about)]);
  const valued = OPTION_TABLE.filter(({ kind }) => kind !== "boolean");
  const choices = valued.flatMap(({ flag, choices }): [string, string][] =>
    choices === undefined ? [] : [[`--${flag}`, list(choices)]]
  );
  return `# PowerShell completion for kiroframe-importer
Register-ArgumentCompleter -Native -CommandName kiroframe-importer -ScriptBlock {
  param($word, $ast, $cursor)
  $words = ${table(words)}
  $abouts = ${table(abouts)}
  $choices = ${table(choices)}
  $valued = ${list(valued.map(({ flag }) => `--${flag}`))}
  $onFolders = ${list(NAMED.filter(isOnFolders).map(({ name }) => name))}
  $before = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.ToString() })
  $command = @($before | Select-Object -Skip 1 | Where-Object { $words.ContainsKey($_) }) + 'plain' | Select-Object -First 1
  $flag = [string]($before | Select-Object -Last 1)
  $prefix = ''
  if ($word -match '^(--[a-z-]+)=(.*)$') { $flag = $Matches[1]; $prefix = "$flag="; $word = $Matches[2] }
  # Where nothing is offered, PowerShell itself offers files and folders.
  if ($choices.ContainsKey($flag)) { $found = $choices[$flag] }
  elseif ($valued -contains $flag) { return }
  elseif ($onFolders -contains $command -and -not $word.StartsWith('-')) { return }
  else { $found = $words[$command] }
  $found | Where-Object { $_.StartsWith($word, 'OrdinalIgnoreCase') } | ForEach-Object {
    $about = if ($abouts.ContainsKey($_)) { $abouts[$_] } else { $_ }
    [System.Management.Automation.CompletionResult]::new("$prefix$_", $_, 'ParameterValue', $about)
  }
}
`;
}

function table(entries: readonly (readonly [string, string])[]): string {
  return `@{\n${entries.map(([name, value]) => `    ${quoted(name)} = ${value}\n`).join("")}  }`;
}

function list(words: readonly string[]): string {
  return `@(${words.map(quoted).join(", ")})`;
}

/** Nothing has a meaning between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
