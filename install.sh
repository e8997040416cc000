#!/bin/sh
# Installs the kiroframe-importer binary of a release for this system, after checking its SHA-256. Runs in any POSIX shell.
#
#   PREFIX                       where to: PREFIX/bin; default ~/.local
#   KIROFRAME_IMPORTER_BASE_URL  the address below which the release's files are; the copy of this script that a
#                                release carries knows its own
#   KIROFRAME_IMPORTER_SHA256    the archive's sum, to trust it and not the release's SHA256SUMS
set -eu

base_url="${KIROFRAME_IMPORTER_BASE_URL:-}"
name=kiroframe-importer
program=$name

# Exit code when what was downloaded is not what the release says; everything else is 1.
refused=3

fail() {
  printf 'ERROR: %s\n' "$1" >&2
  if [ $# -gt 1 ]; then printf '%s\n' "$2" >&2; fi
  exit "${3:-1}"
}

has() { command -v "$1" >/dev/null 2>&1; }

other_way="With Node 22.19 or newer, the npm package does the same on every system: npx $name"

# Sets target, and program where it has an ending.
find_target() {
  case "$(uname -m)" in
    x86_64 | amd64) architecture=x86_64 ;;
    aarch64 | arm64) architecture=aarch64 ;;
    *) fail "Cannot install $name: there is no binary for $(uname -m)" "$other_way" ;;
  esac
  case "$(uname -s)" in
    Linux)
      target=$architecture-unknown-linux-gnu
      if ls /lib/ld-musl-* >/dev/null 2>&1 && ! ls /lib*/ld-linux-* /lib/*/ld-linux-* >/dev/null 2>&1; then
        fail "Cannot install $name: the binary needs glibc, and this system has musl" "$other_way"
      fi
      ;;
    Darwin) target=$architecture-apple-darwin ;;
    MINGW* | MSYS* | CYGWIN*)
      # Windows runs x86_64 on both architectures.
      target=x86_64-pc-windows-msvc
      program=$name.exe
      ;;
    *) fail "Cannot install $name: there is no binary for $(uname -s)" "$other_way" ;;
  esac
}

fetch() {
  if has curl; then
    curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"
  elif has wget; then
    # Busybox's has no long options.
    wget -q -t 3 -O "$2" "$1"
  else
    fail "Cannot download: found neither curl nor wget" "Install one of them; or: $other_way"
  fi
}

sum_of() {
  if has sha256sum; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif has shasum; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  else
    fail "Cannot check what was downloaded: found neither sha256sum nor shasum"
  fi
}

# What Node inside the Linux binary wants of a system, and slim images lack.
needs="It needs glibc 2.28, libstdc++ and libatomic (Debian: apt-get install libatomic1 libstdc++6). "

# Puts $1 in the place of the program once it has shown that it runs here; until then the old one stays.
put() {
  cannot="Cannot install to $prefix/bin"
  mkdir -p "$prefix/bin" || fail "$cannot" "Set PREFIX to a folder that can be written"
  if [ -d "$prefix/bin/$program" ]; then fail "$cannot: $program is a folder there"; fi
  # First beside its place: from there the move is one step, whatever runs the old one.
  new=$prefix/bin/.$program.$$
  cp "$1" "$new" || fail "$cannot" "Set PREFIX to a folder that can be written and has room for it"
  version=$("$new" --version) || fail "Cannot install $name: the binary does not run on this system" "$needs$other_way"
  mv -f "$new" "$prefix/bin/$program" || fail "$cannot"
  printf '%s is in %s\n' "$version" "$prefix/bin"
  case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) printf 'Add that folder to PATH to run it by its name.\n' ;;
  esac
}

main() {
  find_target
  [ -n "$base_url" ] || fail "Cannot install $name: KIROFRAME_IMPORTER_BASE_URL is not set" \
    "Use the install.sh of a release, which knows its address"
  [ -n "${PREFIX:-}${HOME:-}" ] || fail "Cannot install $name: neither PREFIX nor HOME is set"
  prefix=${PREFIX:-$HOME/.local}

  new=
  scratch=$(mktemp -d) || fail "Cannot install $name: there is no folder for temporary files" "Set TMPDIR to one"
  trap 'rm -rf "$scratch" ${new:+"$new"}' EXIT
  trap 'exit 130' INT TERM

  archive=$name-$target.tar.gz
  fetch "$base_url/$archive" "$scratch/$archive" || fail "Cannot download $base_url/$archive"
  expected="${KIROFRAME_IMPORTER_SHA256:-}"
  if [ -z "$expected" ]; then
    fetch "$base_url/SHA256SUMS" "$scratch/SHA256SUMS" || fail "Cannot download $base_url/SHA256SUMS"
    expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$scratch/SHA256SUMS")
    [ -n "$expected" ] || fail "Cannot check $archive: SHA256SUMS does not name it"
  fi
  actual=$(sum_of "$scratch/$archive")
  [ "$actual" = "$expected" ] || fail "Refused $archive: its SHA-256 is $actual, not $expected" \
    "Nothing was installed; try again, and do not use that file" "$refused"

  tar -xzf "$scratch/$archive" -C "$scratch" "$program" || fail "Cannot unpack $archive"
  chmod 755 "$scratch/$program"
  put "$scratch/$program"
}

# At the end: half of this script, as a broken download leaves it, does nothing.
main
