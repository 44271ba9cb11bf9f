-- What voice/store.py asks. The work is in sql/functions/30, 40, 52 and 53.

-- name: inbound_call^
-- Routes a call: parameters and indexes stand with the function.
SELECT route::text AS route, box, again FROM inbound_call(
    :t::timestamptz, :tenant::uuid, :account::uuid, :carrier_call::text, :dialled::text, :from_key::bytea,
    :forwarded_key::bytea, :scanner_keys::bytea[], :short_key::bigint, :caller_sealed::bytea, :call::uuid, :claim::uuid,
    :over::boolean, :ring::integer, :talk::integer, :attestation::text, :name_key::bytea);

-- name: inbound_entry^
-- An answer to a menu: parameters stand with the function.
SELECT route::text AS route, box, again FROM inbound_entry(
    :t::timestamptz, :tenant::uuid, :call::uuid, :step::text, :digits::text, :from_key::bytea, :scanner_keys::bytea[],
    :short_key::bigint, :claim::uuid, :talk::integer, :caller_limit::integer, :number_limit::integer);

-- name: session_screened^
-- A customer's hook has spoken: parameters stand with the function; no row for an unknown call.
SELECT route::text AS route, box FROM session_screened(
    :t::timestamptz, :tenant::uuid, :call::uuid, :passed::boolean, :from_key::bytea);

-- name: session_pin^
-- A try at a session's PIN: parameters stand with the function; no row for an unknown call.
SELECT route::text AS route, box, again FROM session_pin(
    :t::timestamptz, :tenant::uuid, :call::uuid, :step::text, :pins::bytea[], :from_key::bytea, :phone::uuid,
    :sealed::bytea, :language::text, :caller_limit::integer, :number_limit::integer);

-- name: call_at^
-- The call as one attempt sees it, and what a step answered before. tenant, call uuid; attempt integer; step text
SELECT route::text AS route, box, state, outcome, coming, attempt, step_route::text AS step_route, step_box, purpose
  FROM call_at(:tenant::uuid, :call::uuid, :attempt::integer, :step::text);

-- name: move_call^
-- Moves a call on, never backwards; no row if it is unknown. state 0-5; outcome text or null
SELECT call_id, state, outcome
  FROM move_call(:t::timestamptz, :tenant::uuid, :call::uuid, :state::integer, :outcome::text, :attempt::integer,
                 :seconds::integer);

-- name: keep_step!
-- Keeps what a step was answered with: the route as it now stands, and the outcome told. Index: call_pkey, call_step_pkey
INSERT INTO call_step (tenant, call_id, step, at, route)
SELECT tenant, call_id, :step::text, :t::timestamptz, route || jsonb_build_object('outcome', :outcome::text)
  FROM call WHERE tenant = :tenant::uuid AND call_id = :call::uuid
ON CONFLICT DO NOTHING;

-- name: take_effect$
-- Notes what a call caused beside its answers, once: null where another webhook of the same call was first.
-- :t timestamptz  :tenant :call uuid  :effect text.  Index: call_step_pkey
INSERT INTO call_step (tenant, call_id, step, at, route)
VALUES (:tenant::uuid, :call::uuid, 'did-' || :effect::text, :t::timestamptz, '{}')
ON CONFLICT DO NOTHING RETURNING step;

-- name: second_attempt^
-- The route to the second contact; no row where there is none, or where they blocked the caller.
SELECT route::text AS route, box FROM second_attempt(:t::timestamptz, :tenant::uuid, :call::uuid, :from_key::bytea);

-- name: set_coming!
-- The owner said that they come in five minutes.
UPDATE call SET coming = true WHERE tenant = :tenant AND call_id = :call;

-- name: call_named^
-- A call by the carrier's id. Index: call_tenant_account_id_carrier_call_key
SELECT call_id, state, outcome, attempt FROM call
 WHERE tenant = :tenant AND account_id = :account AND carrier_call = :carrier_call;

-- name: caller_box^
-- The sealed number of who made a call; null once it is forgotten.
SELECT caller_sealed FROM call WHERE tenant = :tenant AND call_id = :call;

-- name: overdue_calls
-- Calls whose end nobody told us of. Index: call_open
SELECT tenant, call_id, attempt FROM call WHERE ended_at IS NULL AND closes_at <= :t LIMIT :most;

-- name: recent_calls
-- Anonymous records, newest first. Index: call_started
SELECT call_id, purpose, state, outcome, attempt, started_at, bridged_at, ended_at, talk_seconds
  FROM call WHERE tenant = :tenant ORDER BY started_at DESC LIMIT :most;

-- name: take_text$
-- Takes an inbound text once: whether it is answered, null if its nonce is used up. Parameters stand with the function.
SELECT take_text(:t::timestamptz, :tenant::uuid, :text_key::bytea, :reply_key::bytea, :nonce_key::bytea);

-- name: known_mark$
-- Which of several marks, all of one thing, is kept: after a new token root. :marks bytea[]. Index: text_seen_pkey
SELECT text_key FROM text_seen WHERE tenant = :tenant::uuid AND text_key = ANY (:marks::bytea[]) LIMIT 1;

-- name: take_wish$
-- Notes that a text's STOP or START was done, once: null for a repeat. Index: text_seen_pkey
INSERT INTO text_seen (tenant, text_key, at, reply) VALUES (:tenant::uuid, :text_key::bytea, :t::timestamptz, false)
ON CONFLICT DO NOTHING RETURNING text_key;

-- name: opt_out!
-- Index: opt_out_pkey
INSERT INTO opt_out (tenant, number_key, made_at) VALUES (:tenant, :number_key, :t) ON CONFLICT DO NOTHING;

-- name: opt_in!
-- Index: opt_out_pkey
DELETE FROM opt_out WHERE tenant = :tenant AND number_key = :number_key;

-- name: carrier_name^
-- By which name the carrier knows a call. Index: call_pkey
SELECT account_id, carrier_call FROM call WHERE tenant = :tenant AND call_id = :call;
