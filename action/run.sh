#!/usr/bin/env bash
# Runs kiroframe-importer with the step's inputs (FLAG_*, SWITCH_* and LIST_*, as tools/docs/action_yml.ts names them), and tells
# GitHub how it went: masks, a log group, annotations, outputs and a summary.
set -euo pipefail

# shellcheck source=action/github.sh
source "$(dirname "${BASH_SOURCE[0]}")/github.sh"

mask_secrets

if ! command -v jq >/dev/null; then
  error "Cannot tell the workflow what kiroframe-importer did: this runner has no jq; install it"
  exit 1
fi

arguments=()
if [[ -n ${ACTION_COMMAND:-} ]]; then arguments+=("$ACTION_COMMAND"); fi
arguments+=(--json)
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

result=$RUNNER_TEMP/kiroframe-importer-$$.json
token=stop-$RANDOM$RANDOM$RANDOM$RANDOM
echo "::group::kiroframe-importer ${ACTION_COMMAND:-}"
# What the program says may hold names of experiments: none of it is a command to the runner.
echo "::stop-commands::$token"
code=0
{ kiroframe-importer "${arguments[@]}" >"$result"; } 2>&1 || code=$?
echo "::$token::"
echo "::endgroup::"
output exit-code "$code"

if [[ -z "$(query .version "$result" 2>/dev/null || true)" ]]; then
  error "kiroframe-importer ended with exit code $code, and did not say what it had done"
  if [[ $code -eq 0 ]]; then code=1; fi
  exit "$code"
fi
folder=$(query -r '.folder // ""' "$result")
details=${folder:+$folder/summary.json}
annotate "$result"
output folder "$folder"
output runs "$(if [[ -f $details ]]; then query .runs "$details"; fi)"
output failures "$(query '[.failed[].count] | add // 0' "$result")"
summarize "$result" "$details" >>"$GITHUB_STEP_SUMMARY"
rm -f "$result"
exit "$code"
