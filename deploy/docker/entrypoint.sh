#!/bin/sh
# Secrets come as files (Docker, Swarm, Kubernetes): each one in /run/secrets that has a variable's name becomes that
# variable, unless it is set. Then the command takes this shell's place, so that signals reach it.
set -eu
for file in "${SECRETS_DIR:-/run/secrets}"/*; do
  [ -f "$file" ] || continue
  name=$(basename "$file")
  case $name in *[!A-Z0-9_]* | [0-9]*) continue ;; esac
  eval "[ -n \"\${$name:-}\" ]" || export "$name=$(cat "$file")"
done
unset SECRETS_DIR
exec "$@"
