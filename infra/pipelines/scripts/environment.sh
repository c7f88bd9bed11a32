#!/usr/bin/env bash
# Finds the function app and the key vault of an environment, and sets variables for the steps that follow.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
environment.sh --resource-group NAME

Sets functionApp, serviceUrl and keyVault from the one function app and the one key vault in the resource group, and
entraApplication to the application whose token the app wants of its callers, or to none.
Needs the Azure CLI, signed in.
TEXT
}

resource_group=''
while [ "$#" -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --*) need_value "$@" ;;&
    --resource-group) resource_group=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
[ -n "$resource_group" ] || wrong_use "--resource-group is missing."

# The one line of a query's answer.
the_one() {
  local what=$1 answer
  shift
  answer=$(az "$@" --resource-group "$resource_group" --only-show-errors --output tsv)
  if [ -z "$answer" ] || [ "$(wc -l <<<"$answer")" -ne 1 ]; then
    say_error "$resource_group has not exactly one $what." >&2
    return 1
  fi
  printf '%s' "$answer"
}

app=$(the_one "function app" functionapp list --query "[].name")
host=$(the_one "function app" functionapp list --query "[].defaultHostName")
vault=$(the_one "key vault" keyvault list --query "[].name")
id=$(the_one "function app" functionapp list --query "[].id")
client=$(az rest --method get --url "$id/config/authsettingsV2?api-version=2024-04-01" --only-show-errors --output tsv \
  --query "properties.platform.enabled && properties.identityProviders.azureActiveDirectory.registration.clientId || ''")
set_variable functionApp "$app"
set_variable serviceUrl "https://$host"
set_variable keyVault "$vault"
set_variable entraApplication "${client:+api://}${client:-none}"
