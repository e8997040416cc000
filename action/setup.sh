#!/usr/bin/env bash
# Puts a kiroframe-importer on PATH, for this step and those that follow: the binary of a release, checked by its sum, or
# else the source that came with this action, run by Deno (that of the runner, or npm's).
set -euo pipefail

home=$RUNNER_TEMP/kiroframe-importer
version=${VERSION:-}
if [[ -z $version && ${ACTION_REF:-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+$ ]]; then version=${ACTION_REF#v}; fi
base_url=${BASE_URL:-}
if [[ -z $base_url && -n $version && -n ${ACTION_REPOSITORY:-} ]]; then
  base_url=$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download/v$version
fi

# What the user asked for by name is that or nothing.
is_named=
if [[ -n ${VERSION:-}${SHA256:-}${BASE_URL:-} ]]; then is_named=yes; fi
if [[ -n $is_named && -z $base_url ]]; then
  echo "::error::Cannot get kiroframe-importer: version or base-url is missing"
  exit 1
fi

if [[ -n $base_url ]]; then
  code=0
  KIROFRAME_IMPORTER_BASE_URL=$base_url KIROFRAME_IMPORTER_SHA256=${SHA256:-} PREFIX=$home \
    sh "$GITHUB_ACTION_PATH/install.sh" || code=$?
  if [[ $code -eq 0 ]]; then
    echo "$home/bin" >>"$GITHUB_PATH"
    exit 0
  fi
  # 3: the file is not what the release says. That is no reason to use another one.
  if [[ -n $is_named || $code -eq 3 ]]; then
    echo "::error::Cannot get kiroframe-importer from $base_url: see the log of this step"
    exit 1
  fi
  echo "::notice::No binary of kiroframe-importer for this runner: its source is used"
fi

# The same permissions as the binary has (tools/binary/deno.ts).
permissions="--allow-net --allow-read --allow-write --allow-env --allow-sys=homedir --deny-import --no-prompt"
if [[ "$(deno --version 2>/dev/null || true)" =~ ^deno\ (2\.(9|[1-9][0-9])|[3-9]\.) ]]; then
  deno=deno
elif command -v npx >/dev/null; then
  deno="npx --yes deno@2.9.6"
else
  echo "::error::Cannot run kiroframe-importer: found no Deno 2.9 and no npx; put denoland/setup-deno before this step"
  exit 1
fi
mkdir -p "$home/bin"
cat >"$home/bin/kiroframe-importer" <<END
#!/usr/bin/env bash
exec $deno run --quiet $permissions '${GITHUB_ACTION_PATH//\'/\'\\\'\'}/main.ts' "\$@"
END
chmod +x "$home/bin/kiroframe-importer"
echo "$home/bin" >>"$GITHUB_PATH"
echo "kiroframe-importer runs from its source, by $deno"
