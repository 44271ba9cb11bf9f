-- Customers' hooks, and what customers are told.

-- name: carrier_of$
-- Which carrier a number is at. :number uuid.  Index: proxy_number_number_id_key
SELECT a.carrier FROM proxy_number n JOIN carrier_account a ON a.account_id = n.account_id WHERE n.number_id = :number;

-- name: has_session$
-- Whether somebody has a live session on a number. :tenant :number uuid  :from_key bytea  :t timestamptz.  Index: claim_pkey
SELECT EXISTS (SELECT FROM claim c
                WHERE c.tenant = :tenant AND c.number_id = :number AND c.party_key = '\x03'::bytea || :from_key::bytea
                  AND c.kind = 'session' AND c.until > :t);

-- name: put_event$
-- Queues news of a service for a customer who wants any. :t timestamptz  :tenant :service uuid  :kind text  :session uuid,
-- null where it is of none  :about uuid, of a call or a text.  Index: service_pkey
SELECT session_job(:t::timestamptz, :tenant, :service, :kind, :session::uuid, :about);

-- name: event^
-- :tenant :event uuid.  Index: event_pkey
SELECT event_id, service_id, seq, kind, session_id, facts::text AS facts, at FROM event
 WHERE tenant = :tenant AND event_id = :event;

-- name: number_event$
-- Gives news its number, the next of its service; null where the service is gone.
-- :tenant :event :service :session uuid  :kind text  :facts jsonb as text  :at timestamptz.  Index: service_pkey
WITH next AS (
    UPDATE service SET event_seq = event_seq + 1 WHERE tenant = :tenant AND service_id = :service RETURNING event_seq
)
INSERT INTO event (tenant, event_id, service_id, seq, kind, session_id, facts, at)
SELECT :tenant, :event, :service, next.event_seq, :kind, :session::uuid, :facts::jsonb, :at FROM next
RETURNING seq;

-- name: undelivered
-- What a service is still to be told up to one event, the oldest first. :tenant :service uuid  :seq bigint
-- Index: event_tenant_service_id_seq_key
SELECT event_id, service_id, seq, kind, session_id, facts::text AS facts, at FROM event
 WHERE tenant = :tenant AND service_id = :service AND seq <= :seq AND delivered_at IS NULL AND dead_at IS NULL
 ORDER BY seq;

-- name: given_up^
-- Which numbers a service has not been told of since the last one it was: the first and the last, or null.
-- :tenant :service uuid.  Index: event_tenant_service_id_seq_key
SELECT min(e.seq) AS first, max(e.seq) AS last FROM event e
 WHERE e.tenant = :tenant AND e.service_id = :service AND e.dead_at IS NOT NULL
   AND e.seq > coalesce((SELECT d.seq FROM event d
                          WHERE d.tenant = :tenant AND d.service_id = :service AND d.delivered_at IS NOT NULL
                          ORDER BY d.seq DESC LIMIT 1), 0);

-- name: delivered!
-- :tenant :event uuid  :t timestamptz.  Index: event_pkey
UPDATE event SET delivered_at = :t, dead_at = NULL WHERE tenant = :tenant AND event_id = :event;

-- name: give_up!
-- Nobody tries any more what a service was not told up to one event. :tenant :service uuid  :seq bigint  :t timestamptz
-- Index: event_tenant_service_id_seq_key
UPDATE event SET dead_at = :t
 WHERE tenant = :tenant AND service_id = :service AND seq <= :seq AND delivered_at IS NULL AND dead_at IS NULL;

-- name: waiting$
-- How many jobs of a service wait, up to one more than :most. :tenant uuid  :service text  :most integer
-- Index: outbox_subject
SELECT count(*) FROM (SELECT FROM outbox WHERE tenant = :tenant AND subject = :service AND dead_at IS NULL
                       LIMIT :most::integer + 1) AS waits;

-- name: hurry!
-- What waits for its service's next try is tried now. :tenant uuid  :service text  :t timestamptz.  Index: outbox_subject
UPDATE outbox SET due = :t
 WHERE tenant = :tenant AND subject = :service AND dead_at IS NULL AND leased_until IS NULL AND due > :t;

-- name: events_after
-- A piece of what a service was or is to be told. :tenant :service uuid  :seq bigint  :most integer
-- Index: event_tenant_service_id_seq_key
SELECT event_id, service_id, seq, kind, session_id, facts::text AS facts, at, delivered_at, dead_at FROM event
 WHERE tenant = :tenant AND service_id = :service AND seq > :seq ORDER BY seq LIMIT :most;

-- name: keep_hook_answer!
-- What an out-of-session hook answered a call or text, once. :tenant :about uuid, of the call or text  :box text, sealed under
-- the day's key and written in base 64  :t timestamptz.  Index: call_step_pkey
INSERT INTO call_step (tenant, call_id, step, at, route)
VALUES (:tenant, :about, 'hook-answer', :t, jsonb_build_object('box', :box::text)) ON CONFLICT DO NOTHING;

-- name: hook_answer$
-- The same, or null.  Index: call_step_pkey
SELECT route ->> 'box' FROM call_step WHERE tenant = :tenant AND call_id = :about AND step = 'hook-answer';
