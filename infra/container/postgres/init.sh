#!/usr/bin/env bash
# Makes the target and the rehearsal's target (roles and grants, then the sample's tables) and gives the two roles passwords.
# Runs once, on an empty volume. Passwords come from the environment and stand on no command line.
set -euo pipefail
for database in schools schools_rehearsal; do
  psql --username postgres --set ON_ERROR_STOP=1 --command "CREATE DATABASE $database"
  psql --username postgres --dbname "$database" --set ON_ERROR_STOP=1 --file /init/roles.sql --file /init/tables.sql
done
psql --username postgres --set ON_ERROR_STOP=1 <<'SQL'
\getenv writer WRITER_PASSWORD
\getenv direct DIRECT_PASSWORD
ALTER ROLE migration_writer PASSWORD :'writer';
ALTER ROLE migration_direct PASSWORD :'direct';
SQL
