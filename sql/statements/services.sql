-- Services and the numbers of their pools: what masking/sessions asks of them.
-- Lists are read after a mark, or before one (_back, newest first).

-- name: add_service!
-- :row jsonb, every column that has no default
INSERT INTO service SELECT r.* FROM jsonb_populate_record(NULL::service, :row::jsonb) AS r;

-- name: change_service^
-- :changes jsonb, the columns that change; a null clears. Index: service_pkey
UPDATE service s
   SET (unique_name, default_ttl, cool_off, numbering, selection, geo_match, fallback_countries, countries, most_live,
        pin_length, ring, talk, language, quiet_from, quiet_to, timezone, calls_a_day, texts_a_day, needs_attestation,
        screens, redacts, stop_words, shows_numbers, intercept_open, callback_url, intercept_url, outside_url, events_url,
        chat_instance_sid, blocks, holds_texts, minutes_a_day, person_calls_a_day, person_texts_a_day,
        person_minutes_a_day, session_calls_a_day, session_texts_a_day, session_minutes_a_day,
        needs_full_attestation, changed_at)
     = (r.unique_name, r.default_ttl, r.cool_off, r.numbering, r.selection, r.geo_match, r.fallback_countries, r.countries,
        r.most_live, r.pin_length, r.ring, r.talk, r.language, r.quiet_from, r.quiet_to, r.timezone, r.calls_a_day,
        r.texts_a_day, r.needs_attestation, r.screens, r.redacts, r.stop_words, r.shows_numbers, r.intercept_open,
        r.callback_url, r.intercept_url, r.outside_url, r.events_url, r.chat_instance_sid, r.blocks, r.holds_texts,
        r.minutes_a_day, r.person_calls_a_day, r.person_texts_a_day, r.person_minutes_a_day,
        r.session_calls_a_day, r.session_texts_a_day, r.session_minutes_a_day,
        r.needs_full_attestation, :t)
  FROM (SELECT n.* FROM service x CROSS JOIN LATERAL jsonb_populate_record(x, :changes::jsonb) AS n
         WHERE x.tenant = :tenant AND x.service_id = :service FOR UPDATE OF x) AS r
 WHERE s.tenant = r.tenant AND s.service_id = r.service_id
RETURNING s.*;

-- name: service^
-- Index: service_pkey
SELECT * FROM service WHERE tenant = :tenant AND service_id = :service;

-- name: service_by_name^
-- Index: service_tenant_unique_name_key
SELECT * FROM service WHERE tenant = :tenant AND unique_name = :name;

-- name: services_page
-- :at timestamptz and :id uuid, the mark  :most integer. Index: service_listed
SELECT * FROM service WHERE tenant = :tenant AND (made_at, service_id) > (:at, :id)
 ORDER BY made_at, service_id LIMIT :most;

-- name: services_page_back
SELECT * FROM service WHERE tenant = :tenant AND (made_at, service_id) < (:at, :id)
 ORDER BY made_at DESC, service_id DESC LIMIT :most;

-- name: lock_service^
-- The same, and no session is made in it until the transaction ends: making one refers to this row. Index: service_pkey
SELECT service_id FROM service WHERE tenant = :tenant AND service_id = :service FOR UPDATE;

-- name: live_sessions$
-- How many sessions of a service are live. Index: session_running
SELECT count(*) FROM session
 WHERE tenant = :tenant AND service_id = :service AND state <> 'closed' AND until > :t;

-- name: drop_service!
-- With everything that belongs to it. Claims on its numbers cool on, and the numbers rest for a day, as released ones do:
-- since they were released, if they were. Index: service_pkey, service_number_pkey, proxy_number_number_id_key
WITH left_over AS (
    SELECT number_id, coalesce(released_at, :t::timestamptz) + interval '24 hours' AS until
      FROM service_number WHERE tenant = :tenant AND service_id = :service
), rest AS (
    UPDATE proxy_number n SET role = 'session', next_role = NULL, resting_until = l.until
      FROM left_over l WHERE n.number_id = l.number_id AND l.until > :t AND number_role(n, :t) = 'session'
)
DELETE FROM service WHERE tenant = :tenant AND service_id = :service;

-- ── numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: our_number^
-- A number of ours by any of its names; null for those it is not asked by. :number uuid  :e164 :sid text
SELECT n.number_id, n.e164, number_role(n, :t) AS plays, coalesce(n.next_role, n.role) AS role, n.resting_until, sn.service_id,
       sn.released_at
  FROM proxy_number n LEFT JOIN service_number sn ON sn.tenant = n.tenant AND sn.number_id = n.number_id
 WHERE n.tenant = :tenant AND n.removed_at IS NULL
   AND (n.number_id = :number::uuid OR n.e164 = :e164::text OR n.carrier_sid = :sid::text);

-- name: our_keys
-- Which of some number keys are our own numbers'. :keys bytea[]. Index: proxy_number_number_key_key
SELECT number_key FROM proxy_number WHERE number_key = ANY (:keys::bytea[]) AND removed_at IS NULL;

-- name: pool_sizes^
-- How many numbers a service has, and how many of them are reserved. Index: service_number_pool
SELECT count(*) FILTER (WHERE NOT reserved) AS free, count(*) FILTER (WHERE reserved) AS reserved
  FROM service_number WHERE tenant = :tenant AND service_id = :service AND released_at IS NULL;

-- name: add_number$
-- Puts a number into a pool. Null where it is in one, or rests from another service: a day, and until every claim on it
-- is cool; from one that was deleted, until they are. Index: service_number_pkey, claim_pkey
INSERT INTO service_number (tenant, number_id, service_id, reserved, made_at, changed_at)
SELECT :tenant, :number, :service, :reserved, :t, :t
 WHERE EXISTS (SELECT FROM service_number k WHERE k.tenant = :tenant AND k.number_id = :number)
    OR NOT EXISTS (SELECT FROM claim c WHERE c.tenant = :tenant AND c.number_id = :number AND c.kind = 'session'
                      AND c.reuse_after > :t)
ON CONFLICT (tenant, number_id) DO UPDATE
   SET service_id = EXCLUDED.service_id, reserved = EXCLUDED.reserved, made_at = :t, changed_at = :t, released_at = NULL
 WHERE service_number.released_at IS NOT NULL
   AND (service_number.service_id = EXCLUDED.service_id
        OR (service_number.released_at <= :t - interval '24 hours'
            AND NOT EXISTS (SELECT FROM claim c
                             WHERE c.tenant = :tenant AND c.number_id = :number AND c.reuse_after > :t)))
RETURNING number_id;

-- name: number^
-- A number of a pool by any of its names, as our_number.
SELECT sn.*, n.e164, n.country, n.carrier_sid, n.voice, n.texts,
       (SELECT count(DISTINCT c.target_id) FROM claim c
         WHERE c.tenant = sn.tenant AND c.number_id = sn.number_id AND c.kind = 'session' AND c.until > :t) AS in_use
  FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
 WHERE sn.tenant = :tenant AND sn.service_id = :service AND sn.released_at IS NULL
   AND (n.number_id = :number::uuid OR n.e164 = :e164::text OR n.carrier_sid = :sid::text);

-- name: numbers_page
-- Index: service_number_pool
SELECT sn.*, n.e164, n.country, n.carrier_sid, n.voice, n.texts,
       (SELECT count(DISTINCT c.target_id) FROM claim c
         WHERE c.tenant = sn.tenant AND c.number_id = sn.number_id AND c.kind = 'session' AND c.until > :t) AS in_use
  FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
 WHERE sn.tenant = :tenant AND sn.service_id = :service AND sn.released_at IS NULL
   AND (sn.made_at, sn.number_id) > (:at, :id) ORDER BY sn.made_at, sn.number_id LIMIT :most;

-- name: numbers_page_back
SELECT sn.*, n.e164, n.country, n.carrier_sid, n.voice, n.texts,
       (SELECT count(DISTINCT c.target_id) FROM claim c
         WHERE c.tenant = sn.tenant AND c.number_id = sn.number_id AND c.kind = 'session' AND c.until > :t) AS in_use
  FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
 WHERE sn.tenant = :tenant AND sn.service_id = :service AND sn.released_at IS NULL
   AND (sn.made_at, sn.number_id) < (:at, :id) ORDER BY sn.made_at DESC, sn.number_id DESC LIMIT :most;

-- name: reserve_number!
-- Index: service_number_pkey
UPDATE service_number SET reserved = :reserved, changed_at = :t
 WHERE tenant = :tenant AND service_id = :service AND number_id = :number AND released_at IS NULL;

-- name: lock_number!
-- Until the transaction ends no session takes a claim on the number: session_take locks it in the same way.
SELECT pg_advisory_xact_lock(hashtextextended((:number::uuid)::text, 2));

-- name: release_number!
-- The row stays: its claims cool. Index: service_number_pkey
UPDATE service_number SET released_at = :t, changed_at = :t
 WHERE tenant = :tenant AND service_id = :service AND number_id = :number AND released_at IS NULL;

-- name: in_use^
-- How full a pool is: numbers, live sessions counted by number, and how many claims stand in the way of the party that has
-- most of them. Index: service_number_pool, claim_running
WITH pool AS (
    SELECT number_id FROM service_number
     WHERE tenant = :tenant AND service_id = :service AND released_at IS NULL
), held AS (
    SELECT c.number_id, c.party_key, c.target_id, c.until FROM claim c JOIN pool USING (number_id)
     WHERE c.tenant = :tenant AND c.kind = 'session' AND c.reuse_after > :t
)
SELECT (SELECT count(*) FROM pool) AS numbers,
       (SELECT count(*) FROM (SELECT DISTINCT number_id, target_id FROM held WHERE until > :t) AS live) AS live,
       (SELECT coalesce(max(times), 0) FROM (
            SELECT count(*) AS times FROM held WHERE substr(party_key, 1, 1) = '\x03' GROUP BY party_key) AS parties
       ) AS busiest;

-- name: pools
-- The same of many services, and when they were last told to be low: by key, after a mark (:tenant, :service uuid).
-- Index: service_pkey, service_number_pool, claim_running
SELECT v.tenant, v.service_id, v.most_live, v.pool_low_at, usage.*
  FROM (SELECT * FROM service WHERE (tenant, service_id) > (:tenant, :service)
         ORDER BY tenant, service_id LIMIT :most) AS v
 CROSS JOIN LATERAL (
    WITH pool AS (
        SELECT number_id FROM service_number
         WHERE tenant = v.tenant AND service_id = v.service_id AND released_at IS NULL
    ), held AS (
        SELECT c.number_id, c.party_key, c.target_id, c.until FROM claim c JOIN pool USING (number_id)
         WHERE c.tenant = v.tenant AND c.kind = 'session' AND c.reuse_after > :t
    )
    SELECT (SELECT count(*) FROM pool) AS numbers,
           (SELECT count(*) FROM (SELECT DISTINCT number_id, target_id FROM held WHERE until > :t) AS live) AS live,
           (SELECT coalesce(max(times), 0) FROM (
                SELECT count(*) AS times FROM held WHERE substr(party_key, 1, 1) = '\x03' GROUP BY party_key) AS parties
           ) AS busiest) AS usage
 ORDER BY v.tenant, v.service_id;

-- name: note_low$
-- Notes that a pool is told to be low; null where it was within a day. Index: service_pkey
UPDATE service SET pool_low_at = :t
 WHERE tenant = :tenant AND service_id = :service
   AND (pool_low_at IS NULL OR pool_low_at <= :t::timestamptz - interval '24 hours')
RETURNING service_id;

-- name: note_well!
-- It is not any more, and will be told anew. Index: service_pkey
UPDATE service SET pool_low_at = NULL WHERE tenant = :tenant AND service_id = :service;

-- name: knows_timezone$
SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :name);
