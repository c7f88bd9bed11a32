#!/usr/bin/env bash
# Makes what a deployment takes: the function app as a ZIP file, the migrate command as a folder, a bill of materials of both.
set -euo pipefail
# shellcheck source=infra/pipelines/scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
package.sh [--output FOLDER] [--version VERSION] [--only app|migrate]

  --output FOLDER    [artifacts/package]; gets app/app.zip, migrate/, sbom/*.cdx.json and checksums.txt
  --version VERSION  of the assemblies and in the bills of materials [1.0.0]
  --only PART        one of the two

Needs the .NET SDK of global.json, and zip for the app.
TEXT
}

output=$root/artifacts/package version=1.0.0 parts='app migrate'
while [ "$#" -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --*) need_value "$@" ;;&
    --output) output=$2 ;;
    --version) version=$2 ;;
    --only) parts=$2 ;;
    *) wrong_use "There is no option $1." ;;
  esac
  shift 2
done
case "$parts" in app | migrate | 'app migrate') ;; *) wrong_use "--only is app or migrate." ;; esac

mkdir -p "$output/sbom"
output=$(cd "$output" && pwd)
cd "$root"
dotnet tool restore

publish() { dotnet publish "$1" --configuration Release --output "$2" --nologo -p:Version="$version"; }

bill_of_materials() {
  dotnet tool run dotnet-CycloneDX "$1/$(basename "$1").csproj" --output "$output/sbom" --filename "$2.cdx.json" \
    --output-format Json --set-name "$2" --set-version "$version" --disable-package-restore
}

package_app() {
  local staging
  command -v zip >/dev/null || { say_error "zip is missing: apt-get install zip" && exit 2; }
  staging=$(mktemp -d)
  publish src/MigrationFunctions "$staging"
  mkdir -p "$output/app"
  rm -f "$output/app/app.zip"
  # With its hidden folder .azurefunctions, without which the host finds no extension.
  (cd "$staging" && zip --quiet --recurse-paths "$output/app/app.zip" .)
  rm -rf "$staging"
  bill_of_materials src/MigrationFunctions migration-functions
}

package_migrate() {
  rm -rf "$output/migrate"
  publish src/Migrate "$output/migrate"
  bill_of_materials src/Migrate migrate
}

for part in $parts; do
  "package_$part"
done
rm -f "$output/checksums.txt"
sums=$(cd "$output" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
echo "$sums" >"$output/checksums.txt"
echo "Packaged $parts $version: $(wc -l <"$output/checksums.txt") files in $output."
