#!/usr/bin/env bash
# Looks whether a deployed service lives, reaches its databases and executes what it is given.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
smoke.sh --url URL [--wait SECONDS] [--live-only] [--manifest NAME]

  --url URL       the service
  --wait SECONDS  how long it may take to come up and to reach its databases [300]
  --live-only     leave the databases alone: no key is needed
  --manifest NAME start a dry run of it, which leaves nothing behind, read it back and end it

First GET /api/health/live, without a key, then GET /api/health/connections by `migrate check`, with the key in
MIGRATION_KEY (and a token of the application in MIGRATE_ENTRA, if it names one). Both are asked again until they answer well: a fresh deployment starts cold, and new role assignments
take minutes. Exit codes: 0 all is well, 2 wrong use, 3 the service does not answer or a database cannot be reached.
TEXT
}

url='' patience=300 live_only=false manifest=''
while [ "$#" -gt 0 ]; do
  case "$1" in
    --live-only) live_only=true && shift && continue ;;
    --help | -h) usage && exit 0 ;;
    --*) need_value "$@" ;;&
    --url) url=${2%/} ;;
    --wait) patience=$2 ;;
    --manifest) manifest=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
[ -n "$url" ] || wrong_use "--url is missing."
[[ "$patience" =~ ^[0-9]+$ ]] || wrong_use "--wait is a number of seconds."

find_migrate
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

is_live() { curl --silent --show-error --fail --max-time 20 --output /dev/null "${url%/api}/api/health/live" >"$answer" 2>&1; }
reaches_databases() { "${migrate[@]}" check --url "$url" >"$answer" 2>&1; }
starts() { "${migrate[@]}" start "$manifest" --mode dryRun --url "$url" --json >"$answer" 2>&1; }
knows_run() { "${migrate[@]}" status "$run" --url "$url" --json >"$answer" 2>&1; }
ends_run() { "${migrate[@]}" terminate "$run" --url "$url" >"$answer" 2>&1; }

fail() {
  neutralize <"$answer" >&2
  say_error "$1"
  exit 3
}

# Asks until the answer is good or the time is up.
until_good() {
  local code
  until "$1"; do
    code=$?
    # A wrong key, or a wrong address, does not come right by itself, but both look so while an app starts.
    if [ "$SECONDS" -ge "$patience" ]; then
      neutralize <"$answer" >&2
      say_error "$2"
      exit 3
    fi
    echo "Not yet ($code). Asking again."
    sleep 3
  done
}

until_good is_live "The service does not answer at $url."
echo "Live: $url"
if ! "$live_only"; then
  until_good reaches_databases "The service does not reach its databases, or refuses the key."
  neutralize <"$answer"
fi
if ! "$live_only" && [ -n "$manifest" ]; then
  starts || fail "The service does not start a run."
  run=$(jq -r .runId "$answer")
  knows_run || fail "The service does not know the run that it started."
  # It may have ended by itself.
  ends_run || knows_run || fail "The service does not end the run that it started."
  echo "Started, read back and ended: dry run $run"
fi
