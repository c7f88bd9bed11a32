#!/usr/bin/env bash
# Says what a deployment of the infrastructure would change, for those who approve it.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
what-if.sh --resource-group NAME --parameters FILE [--output FOLDER] [--allow-delete]

  --resource-group NAME  where to
  --parameters FILE      a .bicepparam file; it names its template
  --output FOLDER        where what-if.json and what-if.md go [artifacts/what-if]
  --allow-delete         do not refuse a deployment that deletes resources

Needs the Azure CLI, signed in, and jq. Exit codes: 0 told, 1 resources would be deleted, 2 wrong use, others the CLI's.
TEXT
}

resource_group='' parameters='' output=$root/artifacts/what-if allow_delete=false
while [ "$#" -gt 0 ]; do
  case "$1" in
    --allow-delete) allow_delete=true && shift && continue ;;
    --help | -h) usage && exit 0 ;;
    --*) need_value "$@" ;;&
    --resource-group) resource_group=$2 ;;
    --parameters) parameters=$2 ;;
    --output) output=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
[ -n "$resource_group" ] || wrong_use "--resource-group is missing."
[ -f "$parameters" ] || wrong_use "--parameters names no file: '$parameters'."

mkdir -p "$output"
az deployment group what-if --resource-group "$resource_group" --parameters "$parameters" \
  --no-pretty-print --only-show-errors --output json >"$output/what-if.json"

count() { jq --arg type "$1" '[.changes[] | select(.changeType == $type)] | length' "$output/what-if.json"; }
{
  echo "# What deploying $(basename "$parameters") to $resource_group would change"
  echo
  echo "$(count Create) to create, $(count Modify) to change, $(count Delete) to delete," \
    "$(count Deploy) of unknown effect, $(count NoChange) as they are."
  echo
  echo '| change | resource | properties |'
  echo '|---|---|---|'
  jq --raw-output '
    .changes[] | select(.changeType | IN("NoChange", "Ignore") | not)
    | "| \(.changeType) | \(.resourceId | sub("^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/"; "")) | \(
        [(.delta // [])[].path] | join(", ")) |"' "$output/what-if.json"
} >"$output/what-if.md"
neutralize <"$output/what-if.md"
show_summary "$output/what-if.md"

if [ "$(count Delete)" -gt 0 ] && ! "$allow_delete"; then
  say_error "The deployment would delete resources: see the summary. --allow-delete lets it."
  exit 1
fi
