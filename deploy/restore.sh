#!/bin/sh
# Puts the product's three databases back as deploy/backup.sh wrote them, and empties Temporal's two, whose workflows
# belong to another time. Nothing else may run meanwhile:
#
#   docker compose stop nginx api worker temporal-ui temporal
#   deploy/restore.sh backups/2026-11-29
#   docker compose up --detach
#
# Then an admin compares with Stripe (Differences, Compare now) and has done what is listed. docs/deployment.md goes on.
# What stands in the databases now is lost: back it up first. PG_VIA as in deploy/backup.sh.
set -eu

folder=${1:?Usage: deploy/restore.sh FOLDER}
via=${PG_VIA-docker compose exec -T postgres}
user=${PGUSER-postgres}

for database in sharetab_orders sharetab_catalog sharetab_users; do
  if [ ! -s "$folder/$database.dump" ]; then
    echo "there is no $folder/$database.dump: nothing was changed" >&2
    exit 1
  fi
done
for database in sharetab_orders sharetab_catalog sharetab_users; do
  $via dropdb --username="$user" --if-exists --force "$database"
  $via pg_restore --username="$user" --create --exit-on-error --dbname=postgres <"$folder/$database.dump"
  echo "$database is back"
done
for database in temporal temporal_visibility; do
  $via dropdb --username="$user" --if-exists --force "$database"
  $via createdb --username="$user" --owner=temporal "$database"
  $via psql --username="$user" --quiet --command="revoke all on database $database from public" postgres
done
echo "Temporal's databases are empty: its schema and namespace are made when the stack starts"
