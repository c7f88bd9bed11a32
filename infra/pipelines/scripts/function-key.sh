#!/usr/bin/env bash
# Gives the function app a new key for the pipelines and keeps it in the key vault. Prints nothing of it.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
function-key.sh --resource-group NAME --app NAME --vault NAME [--key NAME] [--secret NAME]

  --resource-group NAME  where the function app is
  --app NAME             the function app
  --vault NAME           the key vault
  --key NAME             what the key is called in the app [pipelines]
  --secret NAME          what the secret is called in the vault [migration-function-key]

Each call makes a new key; the one before no longer works. The other keys of the app stay as they are.
Needs the Azure CLI, signed in as one who may set secrets.
TEXT
}

resource_group='' app='' vault='' key=pipelines secret=migration-function-key
while [ "$#" -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --*) need_value "$@" ;;&
    --resource-group) resource_group=$2 ;;
    --app) app=$2 ;;
    --vault) vault=$2 ;;
    --key) key=$2 ;;
    --secret) secret=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
for option in resource_group app vault; do
  [ -n "${!option}" ] || wrong_use "--${option//_/-} is missing."
done

# Through a file, for a command line can be read by every process of the machine.
umask 077
file=$(mktemp)
trap 'rm -f "$file"' EXIT
az functionapp keys set --resource-group "$resource_group" --name "$app" --key-type functionKeys --key-name "$key" \
  --only-show-errors --output none
az functionapp keys list --resource-group "$resource_group" --name "$app" --query "functionKeys.\"$key\"" \
  --only-show-errors --output tsv | tr -d '\r\n' >"$file"
[ -s "$file" ] || { say_error "The function app gave no key." && exit 1; }
az keyvault secret set --vault-name "$vault" --name "$secret" --file "$file" --encoding utf-8 --only-show-errors --output none
echo "Key $key of $app is renewed, and kept in $vault as $secret."
