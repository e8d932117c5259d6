#!/usr/bin/env bash
# Makes the passwords of the proof of concept, each once, and hands each reader its own: a folder of /secrets is one reader's volume.
# Nothing is printed. Run again, it changes no password.
set -euo pipefail
umask 077

readonly SERVER=postgres TOOL=1000 # Who reads: the servers' user, and that of the tool's image.

# $1: the file, $2: who may read it. Its text comes on stdin.
write() {
  cat >"$1.new"
  chown "$2" "$1.new"
  mv "$1.new" "$1"
}

random() { od --address-radix=n --format=x1 --read-bytes=24 /dev/urandom | tr -d ' \n'; }

# $1: the file, $2: who may read it.
password_in() { [[ -s $1 ]] || random | write "$1" "$2"; }

# Lines of a passfile for user $1 at the nodes that follow. $2: the name of the password's file.
lines() {
  local user=$1 file=$2 node
  shift 2
  for node in "$@"; do printf 'tributary-%s:5432:slm:%s:%s\n' "$node" "$user" "$(</secrets/"$node/$file")"; done
}

districts=(district-a district-b district-c district-d)
nodes=("${districts[@]}" east west nation)

chmod 755 /secrets/*
for node in "${nodes[@]}"; do password_in "/secrets/$node/password" "$SERVER"; done
for node in "${districts[@]}"; do password_in "/secrets/$node/application.password" "$SERVER"; done
password_in /secrets/monitor/monitor.password "$TOOL"

# No server has the password of another: links log in as roles of their own, whose passwords apply makes.
rm --force /secrets/{east,west,nation}/pgpass
lines application application.password "${districts[@]}" | write /secrets/traffic/pgpass "$SERVER"
lines postgres password "${nodes[@]}" | write /secrets/provision/pgpass "$TOOL"
write /secrets/provision/monitor.password "$TOOL" </secrets/monitor/monitor.password
