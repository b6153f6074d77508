#!/bin/sh
# Writes the product's three databases into a folder, while everything runs:
#
#   deploy/backup.sh backups/2026-11-29
#
# Orders come first and people last: what an order refers to is then in the backup with it. Temporal's databases are not
# saved: an order goes on from its record (docs/deployment.md). Each file appears whole or not at all.
# PG_VIA is how the programs of PostgreSQL 18 are reached; empty: those of this machine, as PGHOST, PGUSER and so on say.
set -eu

folder=${1:?Usage: deploy/backup.sh FOLDER}
via=${PG_VIA-docker compose exec -T postgres}
user=${PGUSER-postgres}

umask 077
mkdir -p "$folder"
for database in sharetab_orders sharetab_catalog sharetab_users; do
  $via pg_dump --username="$user" --format=custom "$database" >"$folder/$database.part"
  mv "$folder/$database.part" "$folder/$database.dump"
  echo "$folder/$database.dump"
done
