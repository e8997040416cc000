#!/bin/sh
# Runs a program as a careful container would: as a user that the system does not know, without capabilities, where nothing
# can be written but FOLDER and nothing is in PATH. It takes this process's place, so that signals reach it.
#
#   jail.sh FOLDER PROGRAM [ARGUMENT…]
set -eu
exec unshare --user --map-root-user --mount sh -c '
  mount --rbind "$0" "$0"
  mount -o remount,bind,ro /
  cd "$0"
  exec unshare --user --map-user=1234 --map-group=1234 env PATH=/nonexistent "$@"
' "$@"
