-- Run once by the postgres image, on an empty volume: the databases, their owners and permissions. Temporal's
-- role owns Temporal's two databases. The product's three are owned by sharetab_owner, which makes and changes their
-- tables (`node main.ts migrate`) and has the superuser's password without being one. The product itself runs as
-- sharetab, which reads and writes rows and can neither change nor drop a table. No role can read the others' databases.
\getenv owner_password POSTGRES_PASSWORD
\getenv sharetab_password SHARETAB_DB_PASSWORD
\getenv temporal_password TEMPORAL_DB_PASSWORD

create role sharetab_owner login password :'owner_password';
create role sharetab login password :'sharetab_password';
alter role sharetab set transaction_timeout = '10s';
alter role sharetab set idle_in_transaction_session_timeout = '5s';
create role temporal login password :'temporal_password';

create database sharetab_users owner sharetab_owner;
create database sharetab_catalog owner sharetab_owner;
create database sharetab_orders owner sharetab_owner;
create database temporal owner temporal;
create database temporal_visibility owner temporal;

revoke all on database sharetab_users, sharetab_catalog, sharetab_orders, temporal, temporal_visibility from public;
grant connect on database sharetab_users, sharetab_catalog, sharetab_orders to sharetab;

-- Default privileges: sharetab can use what sharetab_owner creates in each of the three.
\connect sharetab_users
alter default privileges for role sharetab_owner grant select, insert, update, delete on tables to sharetab;
alter default privileges for role sharetab_owner grant usage on sequences to sharetab;
\connect sharetab_catalog
alter default privileges for role sharetab_owner grant select, insert, update, delete on tables to sharetab;
alter default privileges for role sharetab_owner grant usage on sequences to sharetab;
\connect sharetab_orders
alter default privileges for role sharetab_owner grant select, insert, update, delete on tables to sharetab;
alter default privileges for role sharetab_owner grant usage on sequences to sharetab;
