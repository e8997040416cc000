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

# jq ends its lines as the system does.
query() { jq "$@" | tr -d '\r'; }

# What failed, one a line, each as the text of a workflow command; the last is why the program ended. Of a document of --json.
failures() {
  query -r '
    def escaped: gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A");
    (.failed[] | "\(.what) that failed: \(.count), \(.reason)\(if .status then " (\(.status))" else "" end)"
      + if .example == "" then "" elif .count == 1 then ": \(.example)" else "; the first: \(.example)" end),
    (.error // empty | .message + if .hint then "\n\(.hint)" else "" end)
    | .[0:2000] | escaped
  ' "$1"
}

# GitHub shows ten annotations of a step.
annotate() { failures "$1" | tail -n 10 | sed 's/^/::error title=kiroframe-importer::/'; }

# The step's summary in Markdown, far below the 1 MiB above which GitHub drops it: 200 experiments. Of a document of --json, and of the
# folder's summary.json where there is one.
summarize() {
  local details=$2
  if [[ ! -f $details ]]; then details=/dev/null; fi
  # shellcheck disable=SC2016 # the dollars are jq's
  query -r --slurpfile details "$details" '
    def cell: tostring | gsub("[\\s\\p{Cc}]+"; " ") | .[0:200] | gsub("&"; "&amp;") | gsub("<"; "&lt;")
      | gsub("(?<mark>[\\\\|`*_\\[\\]])"; "\\\(.mark)");
    def row($name; $value): "| \($name) | \($value | cell) |";
    def counts($of; $names): [$names[] as $name | "\($of[$name]) \($name)"] | join(", ");
    ($details[0] // {}) as $folder | ($folder.reconciliation // {}) as $listed | ($folder.experiments_detail // {}) as $experiments |
    "### kiroframe-importer: \(if .exit_code == 0 then "done" else "\(.outcome), exit code \(.exit_code)" end)",
    "", "| | |", "| --- | --- |",
    (.folder // empty | row("Folder"; .)),
    (.source // empty | row(.name; "\(.version // "") \(.url)" | ltrimstr(" "))),
    (.plan // empty
      | row("Would be exported"; "\(.experiments.exported) experiments, \(.runs.exported) runs, \(.points) points")),
    (.read // empty | row("Read"; counts(.; ["experiments", "runs", "points"]))),
    (.unchanged | select(. > 0) | row("Taken over unchanged"; "\(.) runs")),
    (.written // empty | row("In the folder"; counts(.; ["experiments", "runs", "points"]))),
    (.sent // empty | row("Sent to Kiroframe"; counts(.; ["experiments", "runs", "models"]))),
    (.skipped // empty | select(.experiments + .runs + .models > 0)
      | row("Sent before"; counts(.; ["experiments", "runs", "models"]))),
    (.rows // empty | to_entries[] | row(.key; "\(.value) rows")),
    row("Took"; "\(.seconds) s, \(.calls.source + .calls.kiroframe) calls"),
    (if ($experiments | length) > 0
      then "", "| Experiment | Runs listed | Written | In Kiroframe |", "| --- | ---: | ---: | ---: |" else empty end),
    ($experiments | to_entries[:200][] | .key as $id | ($listed[$id] // {}) as $count |
      "| \(.value.name | cell) | \($count.listed // .value.runs) | \($count.written // .value.runs) | \($count.acknowledged // "") |"),
    (($experiments | length) - 200 | if . > 0 then "", "and \(.) more, in summary.json" else empty end)
  ' "$1"
  local failed
  failed=$(failures "$1")
  if [[ -n $failed ]]; then
    printf '\n#### What failed\n\n'
    # Indented by four, so that nothing in it is Markdown.
    sed -e 's/%0D//g' -e 's/%0A/\n/g' -e 's/%25/%/g' <<<"$failed" | sed 's/^/    /'
  fi
  printf '\n'
}
