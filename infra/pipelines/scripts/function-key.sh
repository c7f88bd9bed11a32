#!/usr/bin/env bash
# Sees that the function app has a key for the pipelines and that the key vault keeps it. Prints nothing of it.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
function-key.sh --resource-group NAME --app NAME --vault NAME [--key NAME] [--secret NAME] [--renew] [--retry-seconds N]

  --resource-group NAME  where the function app is
  --app NAME             the function app
  --vault NAME           the key vault
  --key NAME             what the key is called in the app [pipelines]
  --secret NAME          what the secret is called in the vault [migration-function-key]

  --renew                make a new one, even if there is one; the one before no longer works
  --retry-seconds N      pause between the 20 times that the app is asked while it starts [15]

Without --renew a key that the app has and the vault keeps stays as it is. The other keys of the app stay in any case.
Needs the Azure CLI, signed in as one who may set secrets.
TEXT
}

resource_group='' app='' vault='' key=pipelines secret=migration-function-key renew=false retry_seconds=15
while [ "$#" -gt 0 ]; do
  case "$1" in
    --renew) renew=true && shift && continue ;;
    --help | -h) usage && exit 0 ;;
    --*) need_value "$@" ;;&
    --resource-group) resource_group=$2 ;;
    --app) app=$2 ;;
    --vault) vault=$2 ;;
    --key) key=$2 ;;
    --secret) secret=$2 ;;
    --retry-seconds) retry_seconds=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
for option in resource_group app vault; do
  [ -n "${!option}" ] || wrong_use "--${option//_/-} is missing."
done

key_of_app() {
  az functionapp keys list --resource-group "$resource_group" --name "$app" --query "functionKeys.\"$key\"" \
    --only-show-errors --output tsv | tr -d '\r\n'
}

# The host answers for its keys, and for a while after a deployment it starts.
make_key() {
  az functionapp keys set --resource-group "$resource_group" --name "$app" --key-type functionKeys --key-name "$key" \
    --only-show-errors --output none
}
with_patience() {
  local attempt
  for attempt in {1..20}; do
    "$@" && return
    [ "$attempt" -eq 20 ] || sleep "$retry_seconds"
  done
  say_error "The function app does not answer for its keys." && exit 1
}

# Through files, for a command line can be read by every process of the machine.
umask 077
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
if ! "$renew" && az keyvault secret show --vault-name "$vault" --name "$secret" --query value --only-show-errors \
  --output tsv 2>/dev/null | tr -d '\r\n' >"$files/kept" && [ -s "$files/kept" ]; then
  with_patience key_of_app >"$files/key"
  if cmp --silent "$files/kept" "$files/key"; then
    echo "Key $key of $app stays as it is, kept in $vault as $secret."
    exit 0
  fi
fi
with_patience make_key
with_patience key_of_app >"$files/key"
[ -s "$files/key" ] || { say_error "The function app gave no key." && exit 1; }
az keyvault secret set --vault-name "$vault" --name "$secret" --file "$files/key" --encoding utf-8 --only-show-errors --output none
echo "Key $key of $app is renewed, and kept in $vault as $secret."
