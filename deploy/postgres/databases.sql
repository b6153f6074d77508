-- Run once by the postgres image, on an empty volume: who owns which database. The product's role owns the
-- product's three databases, Temporal's role owns Temporal's two, neither may look into the other's, and neither
-- is a superuser. The tables are made by `node main.ts migrate` and by deploy/temporal/setup-schema.sh.
\getenv sharetab_password SHARETAB_DB_PASSWORD
\getenv temporal_password TEMPORAL_DB_PASSWORD

create role sharetab login password :'sharetab_password';
alter role sharetab set transaction_timeout = '10s';
alter role sharetab set idle_in_transaction_session_timeout = '5s';
create role temporal login password :'temporal_password';

create database sharetab_users owner sharetab;
create database sharetab_catalog owner sharetab;
create database sharetab_orders owner sharetab;
create database temporal owner temporal;
create database temporal_visibility owner temporal;

revoke connect on database sharetab_users, sharetab_catalog, sharetab_orders, temporal, temporal_visibility
  from public;
