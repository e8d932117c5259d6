#!/usr/bin/env bash
# What the offices do: drafts are written, approved, corrected, withdrawn and deleted, at each district in turn.
# A district that does not answer is passed over until it does. /tmp/worked is as old as the last thing that was done.
set -euo pipefail

readonly OFFICES=(district-a district-b district-c district-d) PAUSE_SECONDS=2
export PGCONNECT_TIMEOUT=3 PGUSER=application PGDATABASE=slm

# $1: the office, $2: a file of /sandbox, then its values, as SQL.
execute() {
  local office=$1 file=$2
  shift 2
  { echo "prepare statement as"; cat "/sandbox/$file"; echo "; execute statement($(IFS=,; echo "$*"));"; } |
    psql --no-psqlrc --quiet --host="tributary-$office" --set=ON_ERROR_STOP=1 --output=/dev/null
}

work() {
  case $((RANDOM % 10)) in
    [0-4]) execute "$1" documents.sql "'$1'" 1 "'draft'" "''" ;;
    [5-6]) execute "$1" approve-drafts.sql "'$1'" ;;
    7) execute "$1" correct-document.sql "'$1'" ;;
    8) execute "$1" withdraw-documents.sql "'$1'" 1 ;;
    9) execute "$1" delete-documents.sql "'$1'" 1 ;;
  esac
}

while true; do
  for office in "${OFFICES[@]}"; do
    if work "$office"; then touch /tmp/worked; fi
    sleep "$PAUSE_SECONDS"
  done
done
