/**
 * Writes action.yml, the GitHub Actions step: an input for every option that is no secret, from the table of options.
 *
 *     deno run -A tools/docs/action_yml.ts
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OptionSpec } from "../../lib/cli/tables/option.ts";
import { OPTION_TABLE } from "../../lib/cli/tables/options.ts";
import { ROOT } from "../bundle.ts";

/** One input or output: its name, and what it is for. */
type Entry = readonly [name: string, description: string];

const PLACE: readonly Entry[] = [
  [
    "command",
    "What to do: export, import, sync, plan, report, verify, merge, doctor or demo. Empty: export, then import",
  ],
  ["folder", "The folder of import, report and verify; the folders of merge, one a line"],
];

const CACHE: readonly Entry[] = [
  [
    "cache-key",
    "With command sync, one more part of the name under which base-dir is kept between jobs: for jobs of a matrix, or of two servers",
  ],
];

const PROGRAM: readonly Entry[] = [
  [
    "version",
    "Version of the binary to use, as in 0.1.0. Empty: that of the tag of this action; without a tag, its source",
  ],
  ["sha256", "SHA-256 of the archive of that binary for the runner's system. Empty: as the release's SHA256SUMS says"],
  ["base-url", "Address below which the release's files are. Empty: the release of this action's repository"],
];

const OUTPUTS: readonly Entry[] = [
  ["folder", "The dated folder with the export"],
  ["runs", "Runs in that folder"],
  ["failures", "Rows, histories and artifacts that failed"],
  ["exit-code", "The program's exit code; other than 0, the step fails"],
];

const NOTE = `# Written by \`deno task docs:write\` from lib/cli/tables/options.ts and tools/docs/action_yml.ts.
#
# Secrets come through env: alone, never as inputs: PROFILING_TOKEN, MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME,
# MLFLOW_TRACKING_PASSWORD, and TRACKING_URI where it holds a password. They are masked in the log.
#
# command: sync keeps base-dir (or ~/mlflow_export, where it is not an input) in GitHub's cache from one job to the next. Whoever can run
# a workflow of the repository can read its caches.
`;

/** What both steps of the cache say: the folder with all that a sync goes on from, and when there is something to do. */
const KEPT_PATH = "        path: ${{ inputs.base-dir || '~/mlflow_export' }}\n";
const KEPT_NAME = "kiroframe-sync-${{ github.workflow }}-${{ github.job }}-${{ inputs.cache-key }}-";

/** What a step has no use for: the action itself reads the document of --json, and nobody sits before a runner. */
const NOT_FOR_A_STEP: readonly string[] = ["json", "open", "progress"];

/** Whether an option is an input of the action. */
export function isInput({ flag, secret }: OptionSpec): boolean {
  return secret !== true && !NOT_FOR_A_STEP.includes(flag);
}

/** Returns the text of action.yml. */
export function actionYml(): string {
  const options = OPTION_TABLE.filter(isInput);
  return `${NOTE}name: kiroframe-importer
description: Export an MLflow tracking server to CSV and JSON, and import it into Kiroframe
branding: { icon: upload-cloud, color: blue }

inputs:
${PLACE.map(input).join("")}${options.map((option) => input([option.flag, aboutOf(option)])).join("")}${
    CACHE.concat(PROGRAM).map(input).join("")
  }
outputs:
${OUTPUTS.map(output).join("")}
runs:
  using: composite
  steps:
    - name: Get kiroframe-importer
      shell: bash
      env:
        ACTION_REF: \${{ github.action_ref }}
        ACTION_REPOSITORY: \${{ github.action_repository }}
${PROGRAM.map(([name]) => variable(name.toUpperCase().replaceAll("-", "_"), name)).join("")}\
      run: bash "$GITHUB_ACTION_PATH/action/setup.sh"
    - name: Bring back what the last sync left
      if: \${{ inputs.command == 'sync' }}
      uses: actions/cache/restore@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
      with:
${KEPT_PATH}\
        key: ${KEPT_NAME}\${{ github.run_id }}-\${{ github.run_attempt }}
        restore-keys: ${KEPT_NAME}
    - name: Run kiroframe-importer
      id: run
      shell: bash
      env:
${PLACE.map(([name]) => variable(`ACTION_${name.toUpperCase()}`, name)).join("")}\
${options.map((option) => variable(variableOf(option), option.flag)).join("")}\
      run: bash "$GITHUB_ACTION_PATH/action/run.sh"
    # A sync that failed is gone on with by the next.
    - name: Keep what this sync left
      if: \${{ always() && inputs.command == 'sync' }}
      uses: actions/cache/save@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
      with:
${KEPT_PATH}\
        key: ${KEPT_NAME}\${{ github.run_id }}-\${{ github.run_attempt }}
`;
}

/** Returns the variable in which action/run.sh finds an option, by how it is to be put on the command line. */
export function variableOf({ flag, kind }: OptionSpec): string {
  const prefix = kind === "boolean" ? "SWITCH" : kind === "list" ? "LIST" : "FLAG";
  return `${prefix}_${flag.toUpperCase().replaceAll("-", "_")}`;
}

function aboutOf(option: OptionSpec): string {
  const choices = option.kind === "boolean" ? ["true", "false"] : option.choices;
  return [
    option.about,
    ...(choices === undefined ? [] : [`: ${choices.join(", ")}`]),
    ...(option.kind === "list" ? ["; one a line"] : []),
    ...(option.default === undefined ? [] : [`; default ${option.default}`]),
    ...(option.variable === undefined ? [] : [`; env ${option.variable}`]),
  ].join("");
}

function input([name, description]: Entry): string {
  return `  ${name}:\n    description: ${JSON.stringify(description)}\n    required: false\n`;
}

function output([name, description]: Entry): string {
  return `  ${name}:\n    description: ${JSON.stringify(description)}\n    value: \${{ steps.run.outputs.${name} }}\n`;
}

/** Inputs reach the shell as variables: text inside a script could be run. */
function variable(name: string, of: string): string {
  return `        ${name}: \${{ inputs.${of} }}\n`;
}

if (import.meta.main) await writeFile(join(ROOT, "action.yml"), actionYml());
