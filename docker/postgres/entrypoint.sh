#!/usr/bin/env bash
# Initialises an empty volume, with the variables and the folder that the official image has, and starts PostgreSQL.
# Killed in the middle, it begins anew: a cluster gets its place when it is whole.
set -euo pipefail
shopt -s nullglob

readonly VOLUME=${PGDATA%/*} UNFINISHED=$PGDATA.unfinished SCRIPTS=/docker-entrypoint-initdb.d

refuse() {
  printf 'tributary-postgres: %s\n' "$@" >&2
  exit 1
}

# What the variable $1 says, or the file that $1_FILE names; else $2.
setting() {
  local file=${1}_FILE
  if [[ -n ${!1:-} && -n ${!file:-} ]]; then refuse "both $1 and $file are set; one of them is needed."; fi
  if [[ -z ${!file:-} ]]; then
    printf '%s' "${!1:-$2}"
    return
  fi
  [[ -r ${!file} ]] || refuse "$file is \"${!file}\", which user $(id -un) (uid $(id -u)) cannot read. Correct the path or the file's rights."
  printf '%s' "$(<"${!file}")"
}

require_volume() {
  local other
  [[ -w $VOLUME ]] || refuse "$VOLUME is not writable for user $(id -un) (uid $(id -u))." \
    "A folder of the host needs that owner: chown $(id -u) FOLDER. A named volume has it by itself."
  for other in "$VOLUME"/PG_VERSION "$VOLUME"/*/PG_VERSION; do
    [[ -e $other && $other != "$UNFINISHED"/* ]] || continue
    refuse "the volume has a cluster of PostgreSQL $(<"$other") in ${other%/*}, and none of PostgreSQL $PG_MAJOR, which this image is." \
      "Nothing was changed. To take the data along, start it with an image of its own major, pg_dump it, and restore the dump" \
      "into a new volume; then tell Tributary with: tributary apply. If the data may go, remove the volume: docker compose down -v."
  done
}

run_scripts() {
  local file
  for file in "$SCRIPTS"/*; do
    printf 'tributary-postgres: running %s\n' "$file" >&2
    case $file in
      *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
      *.sql) psql_here --file="$file" ;;
      *.sql.gz) gunzip --stdout "$file" | psql_here ;;
      *) printf 'tributary-postgres: %s is neither .sh nor .sql nor .sql.gz; left alone\n' "$file" >&2 ;;
    esac
  done
}

psql_here() {
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" "$@"
}

initialise() {
  local password arguments
  password=$(setting POSTGRES_PASSWORD "")
  POSTGRES_USER=$(setting POSTGRES_USER postgres)
  POSTGRES_DB=$(setting POSTGRES_DB "$POSTGRES_USER")
  arguments=$(setting POSTGRES_INITDB_ARGS "")
  export POSTGRES_USER POSTGRES_DB
  [[ -n $password ]] || refuse "the volume is empty, and there is no password for the superuser \"$POSTGRES_USER\" of the new cluster." \
    "Name a file that holds it in POSTGRES_PASSWORD_FILE, or set POSTGRES_PASSWORD."
  rm -rf "$UNFINISHED"
  # shellcheck disable=SC2086 # They are words for initdb.
  initdb --pgdata="$UNFINISHED" --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$password") \
    --auth-local=trust --auth-host=scram-sha-256 --data-checksums $arguments >&2
  echo "host all all all scram-sha-256" >>"$UNFINISHED/pg_hba.conf"
  # First: what the administrator writes below it wins.
  sed -i "1i include = '/etc/tributary/replication.conf'" "$UNFINISHED/postgresql.conf"
  pg_ctl --pgdata="$UNFINISHED" --wait --silent --options="-c listen_addresses='' -c fsync=off" start >&2
  if [[ $POSTGRES_DB != postgres ]]; then
    createdb --username="$POSTGRES_USER" --maintenance-db=postgres -- "$POSTGRES_DB"
  fi
  run_scripts
  pg_ctl --pgdata="$UNFINISHED" --wait --silent --mode=fast stop >&2
  initdb --sync-only --pgdata="$UNFINISHED" >/dev/null
  mv "$UNFINISHED" "$PGDATA"
}

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} == postgres ]]; then
  if [[ ! -e $PGDATA/PG_VERSION ]]; then
    require_volume
    initialise
  fi
  unset POSTGRES_PASSWORD
fi
exec "$@"
