#!/usr/bin/env bash
# Deploys the infrastructure, and leaves resources alone that the template does not name.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
deploy.sh --resource-group NAME --parameters FILE [--name NAME]

  --resource-group NAME  where to
  --parameters FILE      a .bicepparam file; it names its template
  --name NAME            what the deployment is called in the history of the resource group [migration]

Needs the Azure CLI, signed in.
TEXT
}

resource_group='' parameters='' name=migration
while [ "$#" -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --*) need_value "$@" ;;&
    --resource-group) resource_group=$2 ;;
    --parameters) parameters=$2 ;;
    --name) name=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
[ -n "$resource_group" ] || wrong_use "--resource-group is missing."
[ -f "$parameters" ] || wrong_use "--parameters names no file: '$parameters'."

# Outputs may name more than a log should hold: only the state is shown.
az deployment group create --resource-group "$resource_group" --name "$name" --parameters "$parameters" \
  --mode Incremental --only-show-errors --query properties.provisioningState --output tsv
