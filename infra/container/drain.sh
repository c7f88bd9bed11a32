#!/usr/bin/env bash
# Has the Functions host take no new work and end what it has at work, as SIGTERM alone does not: POST /admin/host/drain, then its
# status until nothing is left. By bash alone: the image has neither curl nor wget.
#   drain [PORT] [SECONDS] [KEYS]    where it listens [8080], how long it may take [100], the file with the host's master key
set -euo pipefail
port=${1:-8080} patience=${2:-100} keys=${3:-/azure-functions-host/Secrets/host.json}
key=$(sed -n 's/.*"masterKey" *: *{[^}]*"value" *: *"\([^"]*\)".*/\1/p' <(tr -d '\n' <"$keys"))

ask() {
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf '%s /admin/host/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nx-functions-key: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' \
    "$1" "$2" "$key" >&3
  cat <&3
  exec 3>&-
}

[[ "$(ask POST drain)" =~ ^HTTP/1\.1\ 202 ]] || { echo "The host does not drain." >&2 && exit 1; }
until [[ "$(ask GET drain/status)" =~ \"state\"\ *:\ *\"?(Completed|2) ]]; do
  [ "$SECONDS" -lt "$patience" ] || { echo "Something is still at work after $patience s." >&2 && exit 1; }
  sleep 1
done
