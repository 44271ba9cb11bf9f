-- Stickers, their contacts, scans, blocks: what masking/stickers/store.py asks.

-- name: add_sticker!
-- A printed sticker, with its place in the directory of codes.
WITH directory AS (
    INSERT INTO sticker_code (code, tenant, sticker_id) VALUES (:code, :tenant, :sticker))
INSERT INTO sticker (tenant, sticker_id, code, state, country, language, plate_shown, callback_minutes, timezone, made_at)
VALUES (:tenant, :sticker, :code, 'printed', :country, :language, 'hidden', :callback_minutes, :timezone, :t);

-- name: sticker_by_code^
-- A sticker by its printed code, with who agreed to be rung and whether it may ring now. Index: sticker_code_pkey
SELECT s.*, is_quiet(s.quiet_from, s.quiet_to, s.timezone, :t) AS quiet,
       (SELECT jsonb_object_agg(c.place, c.state)::text FROM sticker_contact c
         WHERE c.tenant = s.tenant AND c.sticker_id = s.sticker_id) AS contacts
  FROM sticker_code d JOIN sticker s ON s.tenant = d.tenant AND s.sticker_id = d.sticker_id
 WHERE d.code = :code;

-- name: sticker_by_id^
-- The same by id. Index: sticker_pkey
SELECT s.*, is_quiet(s.quiet_from, s.quiet_to, s.timezone, :t) AS quiet,
       (SELECT jsonb_object_agg(c.place, c.state)::text FROM sticker_contact c
         WHERE c.tenant = s.tenant AND c.sticker_id = s.sticker_id) AS contacts
  FROM sticker s WHERE s.tenant = :tenant AND s.sticker_id = :sticker;

-- name: stickers
-- A tenant's stickers, newest first. Index: sticker_pkey
SELECT s.*, is_quiet(s.quiet_from, s.quiet_to, s.timezone, :t) AS quiet,
       (SELECT jsonb_object_agg(c.place, c.state)::text FROM sticker_contact c
         WHERE c.tenant = s.tenant AND c.sticker_id = s.sticker_id) AS contacts
  FROM sticker s WHERE s.tenant = :tenant ORDER BY s.made_at DESC, s.code LIMIT :most;

-- name: set_state!
-- tenant, sticker uuid; state text
UPDATE sticker SET state = :state WHERE tenant = :tenant AND sticker_id = :sticker;

-- name: describe_sticker!
-- What the owner says of the vehicle, and when it may ring.
UPDATE sticker
   SET label = :label, plate = :plate, plate_shown = :plate_shown, language = :language,
       callback_minutes = :callback_minutes, quiet_from = :quiet_from, quiet_to = :quiet_to, timezone = :timezone,
       nuisance = :nuisance
 WHERE tenant = :tenant AND sticker_id = :sticker;

-- name: drop_claims!
-- Every claim that leads to a target ends with the transaction. Index: claim_target
DELETE FROM claim WHERE tenant = :tenant AND target_id = :target;

-- name: drop_callbacks!
-- Call-backs to whoever called about a sticker. Index: call_target, claim_target
DELETE FROM claim k USING call c
 WHERE c.tenant = :tenant AND c.target_id = :sticker
   AND k.tenant = c.tenant AND k.target_id = c.call_id AND k.kind = 'callback';

-- name: keep_phone$
-- A person's number, once: the id of its row. Index: phone_tenant_number_key_key
INSERT INTO phone (tenant, phone_id, number_key, sealed, language, made_at)
VALUES (:tenant, :phone, :number_key, :sealed, :language, :t)
ON CONFLICT (tenant, number_key) DO UPDATE SET language = EXCLUDED.language
RETURNING phone_id;

-- name: phone^
-- Index: phone_pkey
SELECT phone_id, sealed, language FROM phone WHERE tenant = :tenant AND phone_id = :phone;

-- name: ask_contact!
-- Someone is asked whether this sticker may ring them; an earlier answer of another phone is replaced.
INSERT INTO sticker_contact (tenant, sticker_id, place, phone_id, state, asked_at)
VALUES (:tenant, :sticker, :place, :phone, 'asked', :t)
ON CONFLICT (tenant, sticker_id, place) DO UPDATE
   SET phone_id = EXCLUDED.phone_id, state = 'asked', asked_at = EXCLUDED.asked_at, agreed_at = NULL;

-- name: drop_contact!
-- Nobody stands at a place any more. Index: sticker_contact_pkey
DELETE FROM sticker_contact WHERE tenant = :tenant AND sticker_id = :sticker AND place = :place;

-- name: contact^
-- Who is rung at a place, with the number sealed. Index: sticker_contact_pkey
SELECT c.phone_id, c.state, c.agreed_at, p.sealed, p.language
  FROM sticker_contact c JOIN phone p ON p.tenant = c.tenant AND p.phone_id = c.phone_id
 WHERE c.tenant = :tenant AND c.sticker_id = :sticker AND c.place = :place;

-- name: answer_contact$
-- A person agreed or refused; nothing where somebody else is asked by now.
UPDATE sticker_contact SET state = :state, agreed_at = CASE WHEN :state = 'agreed' THEN :t::timestamptz END
 WHERE tenant = :tenant AND sticker_id = :sticker AND place = :place AND phone_id = :phone
RETURNING place;

-- name: activate_sticker!
-- The owner agreed: printed becomes activated; any other state stays.
UPDATE sticker SET state = 'activated' WHERE tenant = :tenant AND sticker_id = :sticker AND state = 'printed';

-- name: keep_refusal$
-- Remembers a refusal for as long as :window, whoever is asked for the same place next. Index: tally_pkey
SELECT tally_over(:t, :tenant, 'refusal', uuid_send(:sticker::uuid) || uuid_send(:phone::uuid), :window, 0);

-- name: refused_lately$
-- Whether this phone said "nobody will ring you about it again". Index: sticker_contact_phone, tally_pkey
SELECT EXISTS (SELECT FROM sticker_contact
                WHERE tenant = :tenant AND sticker_id = :sticker AND phone_id = :phone AND state = 'refused')
    OR tally_uses(:t, :tenant, 'refusal', ARRAY[uuid_send(:sticker::uuid) || uuid_send(:phone::uuid)]) > 0;

-- name: scan_way^
-- A scan, with its live way to the owner. Index: scan_pkey, claim_scan
SELECT s.scan_id, s.sticker_id, s.at, s.reason, s.language, s.message, s.reply, s.replied_at, s.missed_at,
       k.party_key, k.until, n.e164
  FROM scan s
  LEFT JOIN claim k ON k.tenant = s.tenant AND k.scan_id = s.scan_id AND k.kind IN ('open', 'extension') AND k.until > :t
  LEFT JOIN proxy_number n ON n.number_id = k.number_id
 WHERE s.tenant = :tenant AND s.scan_id = :scan;

-- name: set_reason!
UPDATE scan SET reason = :reason WHERE tenant = :tenant AND scan_id = :scan;

-- name: set_message$
-- What the visitor sends to the owner, once. Returns the scan if it was the first.
UPDATE scan SET message = :message WHERE tenant = :tenant AND scan_id = :scan AND message IS NULL RETURNING scan_id;

-- name: set_reply!
UPDATE scan SET reply = :reply, replied_at = :t WHERE tenant = :tenant AND scan_id = :scan;

-- name: set_missed!
-- The owner was sent a text about a call of this scan.
UPDATE scan SET missed_at = coalesce(missed_at, :t) WHERE tenant = :tenant AND scan_id = :scan;

-- name: opted_out$
-- Whether a phone's holder texted STOP. Index: phone_pkey, opt_out_pkey
SELECT EXISTS (SELECT FROM phone p JOIN opt_out o ON o.tenant = p.tenant AND o.number_key = p.number_key
                WHERE p.tenant = :tenant AND p.phone_id = :phone);

-- name: person_opt_outs
-- Where a person texted STOP.
SELECT made_at FROM opt_out WHERE number_key = :number_key;

-- name: count_notice$
-- Counts a text that a stranger caused; whether there are now more than :most within :window. Index: tally_pkey
SELECT tally_over(:t, :tenant, :name, :subject, :window, :most);

-- name: uncount_notice!
-- A text that was counted and never left. Index: tally_pkey
UPDATE tally SET count = count - 1
 WHERE tenant = :tenant AND name = :name AND subject = :subject AND expires_at > :t AND count > 0;

-- name: start_scan^
-- Parameters and indexes stand with the function (sql/functions/20_claims.sql).
SELECT served, e164, extension, until FROM start_scan(
    :t::timestamptz, :tenant::uuid, :country::text, :sticker::uuid, :scan::uuid, :claim::uuid, :extensions::text[],
    :most_open::integer, :most_extensions::integer, :reason::text, :language::text, :device::text, :browser::text,
    :address_key::bytea);

-- name: put_block!
-- Whoever blocked is never rung by this caller again, for a year; the caller's ways to them end now.
-- It is theirs from now on, also where it was made in a session: no customer undoes it.
INSERT INTO block (tenant, phone_id, party_key, made_at, until) VALUES (:tenant, :phone, :party_key, :t, :until)
ON CONFLICT (tenant, phone_id, party_key) DO UPDATE SET until = EXCLUDED.until, service_id = NULL;

-- name: drop_ways!
-- A caller's claims on every sticker that rings a phone first, under any of their keys. Index: claim_target
DELETE FROM claim k USING sticker_contact c
 WHERE c.tenant = :tenant AND c.phone_id = :phone AND c.place = 1
   AND k.tenant = c.tenant AND k.target_id = c.sticker_id AND k.party_key = ANY (:party_keys::bytea[]);

-- name: ways_back
-- A phone's live ways back to callers, with whom they lead to, sealed. Index: proxy_number_pkey, claim_pkey, call_pkey
SELECT k.target_id AS call_id, c.caller_sealed
  FROM phone p
  JOIN proxy_number n ON n.tenant = p.tenant AND n.removed_at IS NULL
  JOIN claim k ON k.tenant = p.tenant AND k.number_id = n.number_id AND k.party_key = '\x03'::bytea || p.number_key
  JOIN call c ON c.tenant = k.tenant AND c.call_id = k.target_id
 WHERE p.tenant = :tenant AND p.phone_id = :phone AND k.kind = 'callback' AND k.until > :t
   AND c.caller_sealed IS NOT NULL;

-- name: is_blocked$
SELECT EXISTS (SELECT FROM block WHERE tenant = :tenant AND phone_id = :phone AND party_key = :party_key AND until > :t);

-- name: call_about^
-- What a notice of a call tells: which sticker and scan, when, and how it ended. Index: call_pkey
SELECT c.target_id AS sticker_id, c.scan_id, c.claim_id, c.started_at AS at, c.outcome, c.caller_sealed, s.reason, s.message, s.reply
  FROM call c LEFT JOIN scan s ON s.tenant = c.tenant AND s.scan_id = c.scan_id
 WHERE c.tenant = :tenant AND c.call_id = :call AND c.target = 'sticker';

-- name: scan_about^
-- What a notice of a message tells, with the last call of the same scan, by which its sender can be blocked. Index: scan_pkey
SELECT s.sticker_id, s.scan_id, s.at, s.reason, s.message, s.reply, NULL::text AS outcome, c.caller_sealed, c.call_id
  FROM scan s
  LEFT JOIN LATERAL (SELECT call_id, caller_sealed FROM call
                      WHERE tenant = s.tenant AND scan_id = s.scan_id ORDER BY started_at DESC LIMIT 1) c ON true
 WHERE s.tenant = :tenant AND s.scan_id = :scan;

-- name: place_consent!
-- A call that we place to ask somebody: its record, before the carrier is asked.
INSERT INTO call (tenant, call_id, account_id, number_id, purpose, state, attempt, target, target_id, route, started_at,
                  closes_at)
SELECT :tenant, :call, n.account_id, n.number_id, 'consent', 0, 1, 'sticker', :sticker, :route::jsonb, :t, :closes_at
  FROM proxy_number n WHERE n.e164 = :show
ON CONFLICT DO NOTHING;

-- name: consent_calls$
-- Calls placed for a sticker since a time, so that a phone is not rung again and again. Index: call_target
SELECT count(*) FROM call WHERE tenant = :tenant AND target_id = :sticker AND purpose = 'consent' AND started_at > :since;

-- name: number_for^
-- The number of ours that owners of a country see; never a session's, whose people would take it for theirs.
-- Index: proxy_number_role
SELECT n.e164, n.account_id, a.carrier, a.vendor_id FROM proxy_number n JOIN carrier_account a USING (account_id)
 WHERE n.tenant = :tenant AND n.country = :country AND n.removed_at IS NULL AND number_role(n, :t) = 'shared'
 ORDER BY n.made_at, n.e164 LIMIT 1;

-- name: phones_by_key
-- A person's rows, for their rights. Index: phone_tenant_number_key_key
SELECT tenant, phone_id FROM phone WHERE number_key = :number_key;

-- name: person_stickers
-- Stickers that ring a phone. :since timestamptz, null for all. Index: sticker_contact_phone
SELECT s.tenant, s.sticker_id, s.code, s.state, s.label, s.plate, c.place, c.state AS answer, c.asked_at
  FROM sticker_contact c JOIN sticker s ON s.tenant = c.tenant AND s.sticker_id = c.sticker_id
 WHERE c.tenant = :tenant AND c.phone_id = :phone AND (:since::timestamptz IS NULL OR c.asked_at >= :since);

-- name: person_blocks
-- :since timestamptz, null for all
SELECT made_at, until FROM block
 WHERE tenant = :tenant AND phone_id = :phone AND (:since::timestamptz IS NULL OR made_at >= :since);

-- name: erase_contact
-- :since timestamptz, null for all
DELETE FROM sticker_contact
 WHERE tenant = :tenant AND phone_id = :phone AND (:since::timestamptz IS NULL OR asked_at >= :since)
RETURNING sticker_id, place;

-- name: strip_sticker!
-- A sticker whose owner is gone: back to printed, with nothing of theirs left. The code stays.
UPDATE sticker SET state = 'printed', label = NULL, plate = NULL, plate_shown = 'hidden', quiet_from = NULL, quiet_to = NULL
 WHERE tenant = :tenant AND sticker_id = :sticker AND state <> 'revoked';

-- name: erase_phone$
-- A person's number, unless somebody who held it before is still known by it, or a session is.
DELETE FROM phone p
 WHERE p.tenant = :tenant AND p.phone_id = :phone
   AND NOT EXISTS (SELECT FROM sticker_contact c WHERE c.tenant = p.tenant AND c.phone_id = p.phone_id)
   AND NOT EXISTS (SELECT FROM block b WHERE b.tenant = p.tenant AND b.phone_id = p.phone_id)
   AND NOT EXISTS (SELECT FROM session_block b WHERE b.tenant = p.tenant AND b.phone_id = p.phone_id)
   AND NOT EXISTS (SELECT FROM participant q WHERE q.tenant = p.tenant AND q.phone_id = p.phone_id)
   AND NOT EXISTS (SELECT FROM message m WHERE m.tenant = p.tenant AND m.phone_id = p.phone_id)
RETURNING 1;

-- name: erase_blocks!
-- Blocks that a phone made. Those that others made against it stay until they run out: they protect whoever made them.
-- :since timestamptz, null for all
DELETE FROM block
 WHERE tenant = :tenant AND phone_id = :phone AND (:since::timestamptz IS NULL OR made_at >= :since);

-- name: erase_party_claims!
-- Claims that stand under a person's number key; a session's cool instead, so that nobody meets a stranger on its number.
-- :since timestamptz, null for all. Index: claim_pkey by tenant
DELETE FROM claim
 WHERE tenant = :tenant AND party_key = :party_key AND kind <> 'session' AND (:since::timestamptz IS NULL OR made_at >= :since);

-- name: agreed^
-- Who stands at a place, and since when; no row if nobody agreed. Index: sticker_contact_pkey
SELECT phone_id, agreed_at FROM sticker_contact
 WHERE tenant = :tenant AND sticker_id = :sticker AND place = :place AND state = 'agreed';

-- name: consent_to_place^
-- A consent call that waits to be placed: whom to ring, from which number. Locks it. Index: call_pkey
SELECT c.account_id, c.carrier_call, c.route ->> 'attempt' AS place, n.e164, p.phone_id, p.sealed
  FROM call c JOIN proxy_number n ON n.number_id = c.number_id
  LEFT JOIN phone p ON p.tenant = c.tenant AND p.phone_id = (c.route ->> 'phone')::uuid
 WHERE c.tenant = :tenant AND c.call_id = :call AND c.ended_at IS NULL FOR UPDATE OF c;

-- name: mark_placing!
UPDATE call SET carrier_call = :mark WHERE tenant = :tenant AND call_id = :call;

-- name: set_carrier_call!
UPDATE call SET carrier_call = :carrier_call WHERE tenant = :tenant AND call_id = :call;

-- name: knows_timezone$
-- Whether Postgres knows a zone, since it is Postgres that tells quiet hours.
SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :name);
