#!/bin/sh
# Runs a Windows program by Wine in a Debian of its own: wine.sh ROOT TEMPORARY PROGRAM [WORD…]
# ROOT is that Debian (wine.ts makes it); TEMPORARY is the folder that the program shares with this system, as Z:\TEMPORARY.
# Wine gives a program no pipe to write to, so what it writes goes through files.
set -eu
root=$1
temporary=$2
shift 2
if [ "${KIROFRAME_WINE:-}" != inside ]; then
  export KIROFRAME_WINE=inside
  exec unshare --mount -- sh "$0" "$root" "$temporary" "$@"
fi
unset KIROFRAME_WINE
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root$temporary"
mount --bind "$temporary" "$root$temporary"
said=$(mktemp -d "$temporary/wine-XXXXXX")
# Names of files beyond ASCII need a locale that has them.
export WINEPREFIX=/wine WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp LC_ALL=C.UTF-8
code=0
chroot "$root" /usr/lib/wine/wine64 "$@" </dev/null >"$said/out" 2>"$said/err" || code=$?
cat "$said/out"
cat "$said/err" >&2
rm -r "$said"
exit "$code"
