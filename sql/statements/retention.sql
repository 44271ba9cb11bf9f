-- How rows end. Each statement takes :before timestamptz (what is older goes) and :most integer (rows a time), and
-- gives the number of rows it removed. privacy/retention.py says how long each is kept, and why.
-- `due` is a table of its own (FOR UPDATE keeps it from being folded in), so that no plan reads it twice.
-- SKIP LOCKED: a sweep never waits for a call, and a row that a call is using is left for the next sweep.

-- name: sweep_outbox$
-- Dead letters.  Index: outbox_dead
WITH due AS (
    SELECT job_id FROM outbox WHERE dead_at < :before ORDER BY dead_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM outbox WHERE job_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_tally$
-- Counters whose window is over.  Index: tally_expires
WITH due AS (
    SELECT tenant, name, subject FROM tally WHERE expires_at < :before
     ORDER BY expires_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM tally WHERE (tenant, name, subject) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_short_key$
-- Keys whose two days are over. With them goes what they sealed: nobody can read it any more.
WITH due AS (
    SELECT key_id FROM short_key WHERE expires_at <= :before ORDER BY expires_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM short_key WHERE key_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_claim$
-- Claims that have been free for a while.  Index: claim_reuse
WITH due AS (
    SELECT tenant, number_id, party_key FROM claim WHERE reuse_after < :before
     ORDER BY reuse_after LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM claim WHERE (tenant, number_id, party_key) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_sticker_contact$
-- People who were asked and never answered.  Index: sticker_contact_asked
WITH due AS (
    SELECT tenant, sticker_id, place FROM sticker_contact
     WHERE state <> 'agreed' AND state = 'asked' AND asked_at < :before
     ORDER BY asked_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM sticker_contact WHERE (tenant, sticker_id, place) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: lapse_sticker_contact$
-- Refusals, which until then keep anybody from asking again.  Index: sticker_contact_asked
WITH due AS (
    SELECT tenant, sticker_id, place FROM sticker_contact
     WHERE state <> 'agreed' AND state = 'refused' AND asked_at < :before
     ORDER BY asked_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM sticker_contact WHERE (tenant, sticker_id, place) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_phone$
-- Numbers that nothing names: no contact, no block, no session, no text under way. Foreign keys refuse where a contact, a
-- block or a participant came up in this very moment.
-- Index: phone_made, sticker_contact_phone, block_pkey, session_block_phone, participant_once, message_phone
WITH due AS (
    SELECT p.tenant, p.phone_id FROM phone p
     WHERE p.made_at < :before
       AND NOT EXISTS (SELECT FROM sticker_contact c WHERE c.tenant = p.tenant AND c.phone_id = p.phone_id)
       AND NOT EXISTS (SELECT FROM block b WHERE b.tenant = p.tenant AND b.phone_id = p.phone_id)
       AND NOT EXISTS (SELECT FROM session_block b WHERE b.tenant = p.tenant AND b.phone_id = p.phone_id)
       AND NOT EXISTS (SELECT FROM participant q WHERE q.tenant = p.tenant AND q.phone_id = p.phone_id)
       AND NOT EXISTS (SELECT FROM message m WHERE m.tenant = p.tenant AND m.phone_id = p.phone_id)
     ORDER BY p.made_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM phone WHERE (tenant, phone_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_scan$
-- Visits to a sticker's page.  Index: scan_at
WITH due AS (
    SELECT tenant, scan_id FROM scan WHERE at < :before ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM scan WHERE (tenant, scan_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_block$
-- Blocks that have run out.  Index: block_until
WITH due AS (
    SELECT tenant, phone_id, party_key FROM block WHERE until < :before
     ORDER BY until LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM block WHERE (tenant, phone_id, party_key) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_session_block$
-- The same of those made in sessions.  Index: session_block_until
WITH due AS (
    SELECT tenant, service_id, phone_id, party_key FROM session_block WHERE until < :before
     ORDER BY until LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM session_block WHERE (tenant, service_id, phone_id, party_key) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: anonymise_call$
-- Takes the sealed caller from ended calls.  Index: call_sealed
WITH due AS (
    SELECT tenant, call_id FROM call WHERE caller_sealed IS NOT NULL AND ended_at < :before
     ORDER BY ended_at LIMIT :most FOR UPDATE SKIP LOCKED
), done AS (
    UPDATE call SET caller_sealed = NULL WHERE (tenant, call_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM done;

-- name: unname_call$
-- Takes the carrier's id from ended calls, by which its own record can be deleted until then.  Index: call_named
WITH due AS (
    SELECT tenant, call_id FROM call WHERE carrier_call IS NOT NULL AND ended_at < :before
     ORDER BY ended_at LIMIT :most FOR UPDATE SKIP LOCKED
), done AS (
    UPDATE call SET carrier_call = NULL WHERE (tenant, call_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM done;

-- name: sweep_call$
-- Call records.  Index: call_started
WITH due AS (
    SELECT tenant, call_id FROM call WHERE started_at < :before
     ORDER BY started_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM call WHERE (tenant, call_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_call_step$
-- What was answered at each step of a call.  Index: call_step_at
WITH due AS (
    SELECT tenant, call_id, step FROM call_step WHERE at < :before ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM call_step WHERE (tenant, call_id, step) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_text_seen$
-- Dedupe keys of inbound texts.  Index: text_seen_at
WITH due AS (
    SELECT tenant, text_key FROM text_seen WHERE at < :before ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM text_seen WHERE (tenant, text_key) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_request_seen$
-- Idempotency keys of clients.  Index: request_seen_at
WITH due AS (
    SELECT tenant, client_id, name_hash FROM request_seen WHERE at < :before
     ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM request_seen WHERE (tenant, client_id, name_hash) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_session$
-- Sessions that are over, with their participants, interactions and texts.  Index: session_ended
WITH due AS (
    SELECT tenant, session_id FROM session WHERE ended_at < :before
     ORDER BY ended_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM session WHERE (tenant, session_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_interaction$
-- Calls and texts of sessions that go on for long.  Index: interaction_at
WITH due AS (
    SELECT tenant, interaction_id FROM interaction WHERE at < :before
     ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM interaction WHERE (tenant, interaction_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: anonymise_message$
-- Takes the words from texts whose fate stayed unknown.  Index: message_body
WITH due AS (
    SELECT tenant, message_id FROM message WHERE body IS NOT NULL AND made_at < :before
     ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED
), done AS (
    UPDATE message SET body = NULL WHERE (tenant, message_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM done;

-- name: unname_message$
-- Takes the carrier's id from texts, by which its own record can be deleted until then.  Index: message_made
WITH due AS (
    SELECT tenant, message_id FROM message WHERE carrier_text IS NOT NULL AND made_at < :before
     ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED
), done AS (
    UPDATE message SET carrier_text = NULL WHERE (tenant, message_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM done;

-- name: sweep_message$
-- Texts that were passed on.  Index: message_made
WITH due AS (
    SELECT tenant, message_id FROM message WHERE made_at < :before
     ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM message WHERE (tenant, message_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_media$
-- What came with texts.  Index: media_made
WITH due AS (
    SELECT tenant, media_id FROM media WHERE made_at < :before
     ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM media WHERE (tenant, media_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_event$
-- What customers were told.  Index: event_at
WITH due AS (
    SELECT tenant, event_id FROM event WHERE at < :before
     ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM event WHERE (tenant, event_id) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;
