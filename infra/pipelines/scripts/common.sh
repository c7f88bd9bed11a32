# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by those that source it
# What the scripts of the pipelines share. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)

# The migrate command as an array: MIGRATE_CLI (an executable or a .dll), else the one on PATH, else from source.
# Its key stands in MIGRATION_KEY, or in MIGRATE_KEY, where the command itself looks: never on a command line. MIGRATE_ENTRA
# names the application in Microsoft Entra whose token the service wants, or is none.
find_migrate() {
  if [ -n "${MIGRATE_CLI:-}" ]; then
    case "$MIGRATE_CLI" in
      *.dll) migrate=(dotnet "$MIGRATE_CLI") ;;
      *) migrate=("$MIGRATE_CLI") ;;
    esac
  elif command -v migrate >/dev/null; then
    migrate=(migrate)
  else
    migrate=(dotnet run --project "$root/src/Migrate" --)
  fi
  if [ -n "${MIGRATION_KEY:-}" ]; then
    export MIGRATE_KEY="$MIGRATION_KEY"
  fi
  if [ "${MIGRATE_ENTRA:-none}" = none ]; then
    unset MIGRATE_ENTRA
  fi
}

# Azure Pipelines carries out what it reads as ##vso[...] or ##[...]. What comes from a database or a service must not be
# read so.
neutralize() { sed -u -e 's/##\(vso\)\{0,1\}\[/# #\1[/g'; }

in_pipeline() { [ "${TF_BUILD:-}" = True ]; }

# An error of the step in Azure Pipelines, a line on standard error elsewhere.
say_error() {
  if in_pipeline; then
    echo "##vso[task.logissue type=error]$1"
  else
    echo "$1" >&2
  fi
}

# A Markdown file on the summary page of the pipeline's run.
show_summary() {
  if in_pipeline; then
    echo "##vso[task.uploadsummary]$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
  fi
}

# Sets a variable for the steps that follow.
set_variable() {
  if in_pipeline; then
    echo "##vso[task.setvariable variable=$1]$2"
  else
    echo "$1=$2"
  fi
}

# Wrong use: says what is wrong and ends with 2, as the migrate command does.
wrong_use() {
  say_error "$1"
  echo "Try: $(basename "$0") --help" >&2
  exit 2
}

# Ends with wrong use unless the option in $1 has a value in $2.
need_value() {
  if [ "$#" -lt 2 ] || [ -z "$2" ]; then
    wrong_use "$1 needs a value."
  fi
}
