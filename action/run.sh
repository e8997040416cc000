#!/usr/bin/env bash
# Runs kiroframe-importer with the step's inputs (FLAG_*, SWITCH_* and LIST_*, as tools/docs/action_yml.ts names them), and tells
# GitHub how it went: masks, a log group, annotations, outputs and a summary.
set -euo pipefail

# shellcheck source=action/github.sh
source "$(dirname "${BASH_SOURCE[0]}")/github.sh"

mask_secrets

arguments=()
if [[ -n ${ACTION_COMMAND:-} ]]; then arguments+=("$ACTION_COMMAND"); fi
flag_of() {
  local name=${1#*_}
  tr 'A-Z_' 'a-z-' <<<"$name"
}
for name in "${!FLAG_@}"; do
  if [[ -n ${!name} ]]; then arguments+=("--$(flag_of "$name")=${!name}"); fi
done
for name in "${!SWITCH_@}"; do
  case ${!name} in
    "") ;;
    true) arguments+=("--$(flag_of "$name")") ;;
    false) arguments+=("--no-$(flag_of "$name")") ;;
    *)
      error "Cannot use $(flag_of "$name"): expected true or false, found ${!name}"
      output exit-code 2
      exit 2
      ;;
  esac
done
for name in "${!LIST_@}"; do
  while IFS= read -r value; do
    if [[ -n $value ]]; then arguments+=("--$(flag_of "$name")=$value"); fi
  done <<<"${!name}"
done
if [[ -n ${ACTION_FOLDER:-} ]]; then
  # After --, so that no folder is taken for a flag.
  arguments+=(--)
  while IFS= read -r value; do
    if [[ -n $value ]]; then arguments+=("$value"); fi
  done <<<"$ACTION_FOLDER"
fi

said=$RUNNER_TEMP/kiroframe-importer-said-$$.txt
token=stop-$RANDOM$RANDOM$RANDOM$RANDOM
echo "::group::kiroframe-importer ${ACTION_COMMAND:-}"
# What the program says may hold names of experiments: none of it is a command to the runner.
echo "::stop-commands::$token"
code=0
kiroframe-importer ${arguments[@]+"${arguments[@]}"} 2>&1 | tee "$said" || code=${PIPESTATUS[0]}
echo "::$token::"
echo "::endgroup::"

folder=$(folder_of "$said")
summary=${folder:+$folder/summary.json}
annotate "$said"
output folder "$folder"
output runs "$(number "$summary" .runs)"
output failures "$(number "$summary" '(.history_errors // 0) + (.artifact_errors // 0) + (.import.failed // 0)')"
output exit-code "$code"
summarize "$summary" "$said" >>"$GITHUB_STEP_SUMMARY"
rm -f "$said"
exit "$code"
