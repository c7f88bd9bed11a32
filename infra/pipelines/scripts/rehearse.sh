#!/usr/bin/env bash
# Rehearses a migration: starts a run in mode rehearsal, shows how it gets on, waits for its verdict and keeps the reports.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
rehearse.sh --url URL [--manifest NAME] [--tenants KEYS] [--entities NAMES] [--verify DEPTH] [--output FOLDER] [-- OPTIONS]
rehearse.sh --terminate --url URL [--output FOLDER]

  --url URL         the service: http://127.0.0.1:7071, https://NAME.azurewebsites.net
  --manifest NAME   what to rehearse [school-district]
  --tenants KEYS    legacy keys of districts, separated by commas [all]
  --entities NAMES  entities, separated by commas [all]
  --verify DEPTH    compare both sides afterwards: counts, sample, digest, or none [none]
  --output FOLDER   where reports go [artifacts/rehearsal]
  -- OPTIONS        more options of `migrate start`, for example -- --batch-size 20000 --reject-limit 100
  --terminate       end the run that a rehearsal into FOLDER left behind, as a pipeline that is cancelled does

The function key stands in MIGRATION_KEY; for a service that wants a token of Microsoft Entra, too, MIGRATE_ENTRA names its
application, and the Azure CLI is signed in. The migrate command is MIGRATE_CLI, else `migrate` on PATH, else built from source.
On SIGINT and SIGTERM the run is terminated, too.
FOLDER then has report.md, report.html, report.json, report.csv.zip, the same of a reconciliation, run-id.txt, summary.md.
Exit codes: 0 done and equal, 1 finished but not equal or over the reject limit, 2 wrong use or invalid manifest,
3 cannot connect, 4 the run failed or was stopped, 5 refused (conflict).
TEXT
}

url='' manifest=school-district tenants=all entities=all verify=none output=$root/artifacts/rehearsal only_terminate=false
more=()
while [ "$#" -gt 0 ]; do
  case "$1" in
    --terminate) only_terminate=true && shift && continue ;;
    --help | -h) usage && exit 0 ;;
    --) shift && more=("$@") && break ;;
    --*) need_value "$@" ;;&
    --url) url=$2 ;;
    --manifest) manifest=$2 ;;
    --tenants) tenants=$2 ;;
    --entities) entities=$2 ;;
    --verify) verify=$2 ;;
    --output) output=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
[ -n "$url" ] || wrong_use "--url is missing."
case "$verify" in none | counts | sample | digest) ;; *) wrong_use "--verify is none, counts, sample or digest." ;; esac

find_migrate
mkdir -p "$output"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
service=(--url "$url")
run='' comparison='' watcher='' stopped=false interruptible=false

# A list with commas as one option for each value.
each() {
  local values
  IFS=',' read -r -a values <<<"${2// /}"
  for value in "${values[@]}"; do
    [ -z "$value" ] || scope+=("$1" "$value")
  done
}
scope=()
[ "$tenants" = all ] || each --tenant "$tenants"
[ "$entities" = all ] || each --entity "$entities"

meaning() {
  case "$1" in
    0) echo "done and equal" ;;
    1) echo "finished, but source and target are not equal or more rows were rejected than allowed: see the report" ;;
    2) echo "wrong use or an invalid manifest: nothing was started" ;;
    3) echo "the service or a database cannot be reached, or refuses the key" ;;
    4) echo "the run failed or was stopped" ;;
    5) echo "refused: another run holds a district, or the manifest changed since" ;;
    *) echo "the migrate command ended unexpectedly" ;;
  esac
}

# Runs a command of migrate in the background, so that a signal is heard at once; keeps its output in a file.
watch() {
  local code reader
  rm -f "$scratch/pipe"
  mkfifo "$scratch/pipe"
  neutralize <"$scratch/pipe" | tee "$scratch/output" &
  reader=$!
  "${migrate[@]}" "$@" >"$scratch/pipe" 2>&1 &
  watcher=$!
  while true; do
    code=0
    wait "$watcher" || code=$?
    # A signal to this script ends the wait, not the command: its own end counts.
    if [ "$code" -le 128 ] || ! kill -0 "$watcher" 2>/dev/null; then
      break
    fi
  done
  watcher=''
  wait "$reader" || true
  return "$code"
}

# shellcheck disable=SC2317 # called by the trap
stop() {
  echo "Stopping."
  stopped=true
  # A start is let through: nobody would know the run that it may have started.
  if [ -n "$watcher" ] && "$interruptible"; then
    kill -TERM "$watcher" 2>/dev/null || true
  fi
}

terminate() {
  local code=0
  "${migrate[@]}" terminate "$1" "${service[@]}" 2>&1 | neutralize || code=$?
  # 5: it has ended by itself meanwhile.
  [ "$code" -eq 5 ] || return "$code"
}

# The reports of a run or, with --reconciliation, of a reconciliation, in every form.
reports() {
  local name=$1 code=0
  shift
  for format in md html json; do
    "${migrate[@]}" report "$@" --format "$format" --output "$output/$name.$format" "${service[@]}" || code=$?
  done
  "${migrate[@]}" report "$@" --format csv --output "$output/$name.csv.zip" "${service[@]}" || code=$?
  return "$code"
}

summarize() {
  {
    echo "# Rehearsal of $manifest"
    echo
    echo "**Exit code $1: $(meaning "$1").**"
    echo
    if [ -z "$run" ]; then
      # shellcheck disable=SC2016 # the backticks are Markdown's
      printf '```\n%s\n```\n' "$(cat "$scratch/output" 2>/dev/null)"
    fi
    for file in report.md reconciliation.md; do
      [ ! -f "$output/$file" ] || cat "$output/$file"
      echo
    done
  } >"$output/summary.md"
  show_summary "$output/summary.md"
}

start() {
  local code=0
  watch start "$manifest" --mode rehearsal "${scope[@]}" "${more[@]}" "${service[@]}" || code=$?
  [ "$code" -eq 0 ] || return "$code"
  run=$(sed -n 's/^Run \([A-Za-z0-9-]*\) is started.*/\1/p' "$scratch/output")
  if [ -z "$run" ]; then
    say_error "The migrate command started a run and did not say which."
    return 4
  fi
  echo "$run" >"$output/run-id.txt"
}

follow() {
  local code=0
  interruptible=true
  if ! "$stopped"; then
    watch status "$run" --watch "${service[@]}" || code=$?
  fi
  if "$stopped"; then
    trap '' INT TERM
    terminate "$run" || say_error "Run $run could not be terminated: it may go on."
    watch status "$run" --watch "${service[@]}" || true
    code=4
  fi
  return "$code"
}

compare() {
  local code=0
  watch reconcile "$manifest" --mode rehearsal --depth "$verify" "${scope[@]}" --wait "${service[@]}" || code=$?
  comparison=$(sed -n 's/^Reconciliation \([A-Za-z0-9-]*\) is started.*/\1/p' "$scratch/output")
  ! "$stopped" || code=4
  return "$code"
}

# 0 to 5, whatever a signal or a crash made of it.
bounded() { if [ "$1" -le 5 ]; then echo "$1"; else echo 4; fi; }

if "$only_terminate"; then
  [ -f "$output/run-id.txt" ] || { echo "No run was started." && exit 0; }
  terminate "$(cat "$output/run-id.txt")"
  exit 0
fi

rm -f "$output"/{report,reconciliation}.{md,html,json,csv.zip} "$output"/{run-id.txt,summary.md}
trap stop INT TERM
code=0
start || code=$?
if [ -n "$run" ]; then
  follow || code=$?
  reports report "$run" || { [ "$code" -ne 0 ] || code=4; }
  if [ "$code" -eq 0 ] && [ "$verify" != none ]; then
    compare || code=$?
    [ -z "$comparison" ] || reports reconciliation "$comparison" --reconciliation || { [ "$code" -ne 0 ] || code=4; }
  fi
fi
code=$(bounded "$code")
summarize "$code"
verdict="Rehearsal of $manifest${run:+, run $run}: exit code $code, $(meaning "$code")."
if [ "$code" -eq 0 ]; then
  echo "$verdict"
else
  say_error "$verdict"
fi
exit "$code"
