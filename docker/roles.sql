-- Run once by PostgreSQL's image, as its superuser, when the database is made: logins that can do no more than their
-- work. The roles behind them (hai_long_app, hai_long_ingest, hai_long_count) get their rights from the migrations.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv ingest_password INGEST_PASSWORD

create role hai_long_app nologin;
create role hai_long_ingest nologin;
create role hai_long_count nologin;

-- Migrates and backs up: owns the database, is no superuser.
create role hai_long_owner login createrole password :'owner_password';
-- Requests of staff.
create role hai_long_staff login in role hai_long_app password :'app_password';
-- Receiving and counting.
create role hai_long_tablets login in role hai_long_ingest, hai_long_count password :'ingest_password';

create database hai_long owner hai_long_owner template template0 encoding 'UTF8'
  locale_provider builtin builtin_locale 'C.UTF-8' locale 'C';
