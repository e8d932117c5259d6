#!/usr/bin/env bash
# The application at a district, with what was written before anybody thought of replication. Runs while the volume is initialised.
set -euo pipefail

run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" "$@"; }

# $1: a file of /sandbox, then its values, as SQL.
execute() {
  local file=$1
  shift
  { echo "prepare statement as"; cat "/sandbox/$file"; echo "; execute statement($(IFS=,; echo "$*"));"; } | run --output=/dev/null
}

run --file=/sandbox/knowledge-base.sql
execute categories.sql "'$OFFICE'"
execute documents.sql "'$OFFICE'" 120 "'approved'" "''"
execute documents.sql "'$OFFICE'" 20 "'draft'" "''"
execute documents.sql "'$OFFICE'" 10 "'draft'" "'Not for circulation: this stays in the district.'"

# psql reads the password itself, so that no list of processes has it; no log has it either.
run <<'SQL'
\set password `cat /run/secrets/application.password`
set password_encryption = 'scram-sha-256';
set log_statement = 'none';
set log_min_error_statement = 'panic';
create role application login password :'password';
grant select, insert, update, delete on all tables in schema public to application;
SQL
