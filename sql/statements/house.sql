-- The installation as a whole: what the command line asks (maskline/store.py).

-- name: tenants
-- Few: one of our own, or the demo's, and later the customers'.
SELECT tenant, name FROM tenant ORDER BY made_at, name;

-- name: knows_keys$
-- Whether any key was ever used with this database.
SELECT EXISTS (SELECT FROM key_check);

-- name: server_version$
-- As a number: 180003 is 18.3.
SELECT current_setting('server_version_num')::integer;

-- name: whereabouts^
-- Which process serves this connection, and which server and database it belongs to.
SELECT pg_backend_pid() AS pid, pg_postmaster_start_time() AS server,
       (SELECT oid FROM pg_database WHERE datname = current_database()) AS database;

-- name: overdue_jobs$
-- Jobs that should have been taken by :before and were not: no worker runs. Index: outbox_due
SELECT count(*) FROM outbox WHERE dead_at IS NULL AND leased_until IS NULL AND due < :before;

-- name: dead_letters$
-- Jobs given up. Index: outbox_dead
SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL;

-- name: sticker_countries
-- Countries whose numbers stickers in use need, with how many there are. :tenant uuid. Index: sticker_pkey
SELECT country, count(*) AS stickers FROM sticker WHERE tenant = :tenant AND state <> 'revoked' GROUP BY country ORDER BY 1;

-- name: try_route$
-- How a sticker's contact would be rung just now: the very check that is made before each Dial, for a caller who withholds
-- their number and so is blocked by nobody. :t timestamptz  :tenant :sticker uuid  :place integer  :show text
SELECT route::text
  FROM route_target(:t::timestamptz, :tenant::uuid, 'sticker', :sticker::uuid, :place::integer, NULL, :show::text);

-- name: call_state^
-- How far a call has come. :tenant :call uuid. Index: call_pkey
SELECT state, outcome, ended_at FROM call WHERE tenant = :tenant AND call_id = :call;

-- name: tell_changed!
-- Wakes whoever keeps accounts and numbers in memory, once the transaction is over. :channel text
SELECT pg_notify(:channel, '');

-- name: is_empty$
-- Whether the schema `public` holds no table at all.
SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public');

-- name: others_connected$
-- Connections to this database beside our own, whoever's. :ours integer[] of process ids
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> ALL (:ours::integer[]);

-- name: has_aside$
-- Whether a restore was cut off after it had set everything aside.
SELECT to_regnamespace('before_restore') IS NOT NULL;

-- name: rename_away!
-- Before a restore: what is there goes to a schema of its own, until the restored rows are known to be good.
ALTER SCHEMA public RENAME TO before_restore;

-- name: new_schema!
CREATE SCHEMA public;

-- name: drop_new!
-- A restore failed: what there is of it goes.
DROP SCHEMA public CASCADE;

-- name: rename_back!
ALTER SCHEMA before_restore RENAME TO public;

-- name: drop_old!
-- A restore succeeded.
DROP SCHEMA before_restore CASCADE;
