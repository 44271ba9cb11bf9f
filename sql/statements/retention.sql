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
-- Index: phone_made, sticker_contact_phone, block_pkey, participant_once, message_phone
WITH due AS (
    SELECT p.tenant, p.phone_id FROM phone p
     WHERE p.made_at < :before
       AND NOT EXISTS (SELECT FROM sticker_contact c WHERE c.tenant = p.tenant AND c.phone_id = p.phone_id)
       AND NOT EXISTS (SELECT FROM block b WHERE b.tenant = p.tenant AND b.phone_id = p.phone_id)
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

-- name: sweep_spam_mark$
-- Marks that weigh nothing any more; a week is counted from the first Monday of 2024.  Index: spam_mark_week
WITH due AS (
    SELECT number_ref, token FROM spam_mark
     WHERE week < floor(extract(epoch FROM :before - timestamptz '2024-01-01 00:00+00') / 604800)
     ORDER BY week LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM spam_mark WHERE (number_ref, token) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_book_receipt$
-- Nobody asks what became of an upload any more.  Index: book_receipt_made
WITH due AS (
    SELECT person_id FROM book_receipt WHERE made_at < :before ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM book_receipt WHERE person_id IN (SELECT person_id FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_proof$
-- Codes whose time is over.  Index: proof_until
WITH due AS (
    SELECT proof_id FROM proof WHERE until < :before ORDER BY until LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM proof WHERE proof_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_proof_spending$
-- Days whose codes are paid for.  Index: proof_spending_pkey
WITH due AS (
    SELECT day, place FROM proof_spending WHERE day < :before::timestamptz::date
     ORDER BY day LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM proof_spending WHERE (day, place) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_device$
-- Devices that nobody uses any more.  Index: device_used
WITH due AS (
    SELECT device_id FROM device WHERE used_on < :before::timestamptz::date
     ORDER BY used_on LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM device WHERE device_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: lapse_named_number$
-- What a former owner refused, where nobody proved the number since it was given back.  Index: named_number_given_back
WITH due AS (
    SELECT number_ref FROM named_number
     WHERE disconnected_week IS NOT NULL AND owned_week IS NULL AND (hidden OR strikes)
       AND disconnected_week < floor(extract(epoch FROM :before - timestamptz '2024-01-01 00:00+00') / 604800)
     ORDER BY disconnected_week LIMIT :most FOR UPDATE SKIP LOCKED
)
SELECT count(*) FROM due, name_allowed(number_ref);

-- name: sweep_name_business$
-- Businesses that are shown as one no longer, or never were.  Index: name_business_over
WITH due AS (
    SELECT business_id FROM name_business WHERE state IN ('refused', 'revoked', 'expired') AND decided_at < :before
     ORDER BY decided_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM name_business WHERE business_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_lookup_mark$
-- What was asked for so long ago that it would be paid for again.  Index: lookup_mark_day
WITH due AS (
    SELECT asker, block FROM lookup_mark WHERE day < floor(extract(epoch FROM :before::timestamptz) / 86400)::integer
     ORDER BY day LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM lookup_mark WHERE (asker, block) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_lookup_budget$
-- Spent so long ago that it counts in no window.  Index: lookup_budget_day
WITH due AS (
    SELECT asker FROM lookup_budget WHERE day < floor(extract(epoch FROM :before::timestamptz) / 86400)::integer
     ORDER BY day LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM lookup_budget WHERE asker IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;
