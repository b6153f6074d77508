#!/bin/sh
# Brings the schemas of Temporal's two databases up to the version of this image. Safe to repeat: an empty
# database gets its version table first, one that is up to date is left alone.
# Takes SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD from the environment, as temporal-sql-tool does.
set -eu

bring_up_to_date() {
  database=$1
  schema=$2
  echo "schema of $database"
  temporal-sql-tool --plugin postgres12_pgx --database "$database" setup-schema --version 0.0
  temporal-sql-tool --plugin postgres12_pgx --database "$database" update-schema --schema-name "$schema"
}

bring_up_to_date temporal postgresql/v12/temporal
bring_up_to_date temporal_visibility postgresql/v12/visibility
