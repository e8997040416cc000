/**
 * What documentation says of the options, from the tables: pure functions. tests/tools/write_docs.ts writes it.
 * @module
 */
import { flagTerm } from "../../lib/cli/tables/option.ts";
import type { OptionSpec } from "../../lib/cli/tables/option.ts";
import { GROUPS, OPTION_TABLE } from "../../lib/cli/tables/options.ts";
import { VARIABLES } from "../../lib/cli/tables/variables.ts";
import { markdownTable, withSection } from "./table.ts";

/** Returns the text of params.env.example: every variable, its default and what it is for. */
export function paramsEnvExample(): string {
  const sections = GROUPS.flatMap((group) => {
    const options = OPTION_TABLE.filter((option) => option.group === group && option.variable !== undefined);
    return options.length === 0 ? [] : [`# ${group}\n\n${options.map(exportLine).join("\n")}`];
  });
  const others = VARIABLES.map(({ name, about }) => `# ${about}\n# export ${name}=\n`).join("\n");
  return `# Parameters of kiroframe-importer. Copy this file to params.env and fill it in, then either
#   . ./params.env && kiroframe-importer
# or
#   kiroframe-importer --env-file params.env
#
# A flag beats a variable, the environment beats --env-file, and an empty value counts as not given.
# It is a shell file: put '...' around a value that holds blanks, #, $, &, ; or \\

${sections.join("\n")}
# Signing in to MLflow, proxies, and patience with servers, where needed

${others}`;
}

function exportLine(option: OptionSpec): string {
  const choices = option.choices === undefined ? "" : ` (${option.choices.join(", ")})`;
  return `# ${option.about}${choices}; ${flagTerm(option)}\nexport ${option.variable}=${option.default ?? ""}\n`;
}

/** Returns the table of options of docs/options.md, in Markdown. */
export function optionsTable(): string {
  const rows = OPTION_TABLE.map((option) => {
    const choices = option.choices === undefined ? "" : `: ${option.choices.map(code).join(", ")}`;
    const fallback = option.default === undefined
      ? option.requiredBy === undefined ? "" : "required"
      : code(String(option.default));
    const flag = code(option.kind === "boolean" ? flagTerm(option) : `${flagTerm(option)} ${option.placeholder}`);
    return [flag, option.variable === undefined ? "" : code(option.variable), fallback, option.about + choices];
  });
  return markdownTable([["Flag", "Variable", "Default", "Meaning"], ...rows]);
}

/**
 * Returns a page with the table of options between its markers.
 * Throws RangeError when the markers `<!-- options:begin -->` and `<!-- options:end -->` are not there.
 */
export function withOptionsTable(readme: string): string {
  return withSection(readme, "options", optionsTable());
}

function code(text: string): string {
  return `\`${text}\``;
}
