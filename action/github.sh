# shellcheck shell=bash
# How GitHub's runner is spoken to: workflow commands, outputs, the step's summary. Sourced by run.sh.

# Text inside a workflow command.
escape() {
  local text=${1//'%'/'%25'}
  text=${text//$'\r'/'%0D'}
  printf '%s' "${text//$'\n'/'%0A'}"
}

error() { printf '::error title=kiroframe-importer::%s\n' "$(escape "$1")"; }

output() { printf '%s=%s\n' "$1" "${2//$'\n'/ }" >>"$GITHUB_OUTPUT"; }

mask() {
  if [[ -n $1 ]]; then printf '::add-mask::%s\n' "$(escape "$1")"; fi
}

# Masks every secret, and the forms in which it could be printed: alone, as user:password, as basic authentication sends it.
mask_secrets() {
  mask "${PROFILING_TOKEN:-}"
  mask "${MLFLOW_TRACKING_TOKEN:-}"
  mask_password "${MLFLOW_TRACKING_USERNAME:-}" "${MLFLOW_TRACKING_PASSWORD:-}"
  local url authority
  for url in "${TRACKING_URI:-}" "${KIROFRAME_URL:-}" "${FLAG_TRACKING_URL:-}" "${FLAG_KIROFRAME_URL:-}" \
    "${HTTP_PROXY:-}" "${HTTPS_PROXY:-}" "${http_proxy:-}" "${https_proxy:-}"; do
    authority=${url#*://}
    authority=${authority%%/*}
    if [[ $authority == *@* ]]; then
      authority=${authority%@*}
      if [[ $authority == *:* ]]; then mask_password "${authority%%:*}" "${authority#*:}"; else mask "$authority"; fi
    fi
  done
}

mask_password() {
  if [[ -z $2 ]]; then return; fi
  mask "$2"
  mask "$1:$2"
  mask "$(printf '%s:%s' "$1" "$2" | base64 | tr -d '\r\n')"
}

# The folder that the program said it works in (the demo: has worked in); that of import or verify, which make none.
folder_of() {
  local folder
  folder=$(sed -nE -e 's/^\[[^]]*\] INFO: (Prepared|Resuming in) working directory: (.*)$/\2/p' \
    -e 's/^ {9}(.*[0-9]{8}_[0-9]{4}_[0-9]{6}\r?)$/\1/p' "$1" | tail -n 1)
  if [[ -z $folder && ${ACTION_COMMAND:-} =~ ^(import|verify)$ ]]; then folder=${ACTION_FOLDER:-}; fi
  printf '%s' "${folder%$'\r'}"
}

# A number of a JSON file; nothing where there is none, or no jq to read it.
number() {
  if [[ -f $1 ]]; then jq -r "$2" "$1" 2>/dev/null || true; fi
}

# GitHub shows ten annotations of a step.
annotate() {
  errors_of "$1" | tail -n 10 | cut -c 1-2000 | while IFS= read -r line; do
    # The end's own line breaks are marked by a tab: what to do stands below what went wrong.
    error "${line//$'\t'/$'\n'}"
  done
}

# Every failure that was said, one a line: ERROR and CRITICAL records, and the reason of the end with its hint.
errors_of() {
  awk '
    { sub(/\r$/, ""); gsub(/\t/, " ") }
    /^\[[^]]*\] (ERROR|CRITICAL): / { sub(/^\[[^]]*\] (ERROR|CRITICAL): /, ""); print; next }
    /^ERROR: / { if (end != "") print end; end = substr($0, 8); next }
    end != "" && !/^\[/ { end = end "\t" $0 }
    END { if (end != "") print end }
  ' "$1"
}

# The step's summary in Markdown, far below the 1 MiB above which GitHub drops it: 200 experiments, 50 failures.
# shellcheck disable=SC2154 # code and folder are run.sh's
summarize() {
  printf '### kiroframe-importer: '
  if [[ $code -eq 0 ]]; then printf 'done\n\n'; else printf 'exit code %s\n\n' "$code"; fi
  if [[ -f $1 ]]; then
    jq -r --arg folder "$folder" '
      def cell: tostring | gsub("[\\s\\p{Cc}]+"; " ") | .[0:200] | gsub("&"; "&amp;") | gsub("<"; "&lt;")
        | gsub("(?<mark>[\\\\|`*_\\[\\]])"; "\\\(.mark)");
      (.reconciliation // {}) as $counts | (.experiments_detail // {}) as $experiments |
      "| | |", "| --- | --- |",
      "| Folder | \($folder | cell) |",
      "| MLflow | \(.mlflow_version // "unknown" | cell) |",
      "| Experiments | \(.experiments) |",
      "| Runs | \(.runs) |",
      "| Metric points | \(.metric_points // "unknown") |",
      "| Histories that failed | \(.history_errors // 0) |",
      "| Runs whose artifacts failed | \(.artifact_errors // 0) |",
      (.import // empty | "| Rows that Kiroframe has | \(.acknowledged) |", "| Rows that it did not take | \(.failed) |"),
      "",
      "| Experiment | Runs listed | Written | In Kiroframe |", "| --- | ---: | ---: | ---: |",
      ($experiments | to_entries[:200][] | .key as $id | ($counts[$id] // {}) as $count |
        "| \(.value.name | cell) | \($count.listed // .value.runs) | \($count.written // .value.runs) | \($count.acknowledged // "") |"),
      (($experiments | length) - 200 | if . > 0 then "", "and \(.) more, in summary.json" else empty end)
    ' "$1" 2>/dev/null || printf 'The folder is %s.\n' "$folder"
  fi
  if [[ -n $(errors_of "$2" | head -n 1) ]]; then
    printf '\n#### What failed\n\n'
    # Indented by four, so that nothing in it is Markdown.
    errors_of "$2" | tail -n 50 | cut -c 1-2000 | tr '\t' '\n' | sed 's/^/    /'
  fi
  printf '\n'
}
