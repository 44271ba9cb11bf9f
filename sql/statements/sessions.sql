-- Sessions, the people in them, and what passes between them: what masking/sessions asks.
-- Lists are read after a mark, or before one (_back, newest first). A session's row is locked before its claims.

-- ── sessions ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: make_session^
-- A session with its people: session_make says what each parameter is, and what comes back.
SELECT * FROM session_make(:t, jsonb_populate_record(NULL::session, :session::jsonb), :terms::jsonb, :who::uuid[],
    :sides::smallint[], :places::smallint[], :phones::uuid[], :keys::bytea[], :peers::bytea[], :boxes::bytea[],
    :languages::text[], :names::text[], :called::text[], :announced::text[], :asked::uuid[], :wanted::text[],
    :one::boolean);

-- name: session^
-- Index: session_pkey, participant_place
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM session s WHERE s.tenant = :tenant AND s.service_id = :service AND s.session_id = :session;

-- name: lock_session^
-- The same, and nobody else changes it until the transaction ends. Index: session_pkey
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM session s WHERE s.tenant = :tenant AND s.service_id = :service AND s.session_id = :session FOR UPDATE OF s;

-- name: session_by_name^
-- Index: session_unique_name, participant_place
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM session s WHERE s.tenant = :tenant AND s.service_id = :service AND s.unique_name = :name;

-- name: sessions_page
-- :at timestamptz and :id uuid, the mark. Index: session_listed
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM session s
 WHERE s.tenant = :tenant AND s.service_id = :service AND (s.made_at, s.session_id) > (:at, :id)
 ORDER BY s.made_at, s.session_id LIMIT :most;

-- name: sessions_page_back
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM session s
 WHERE s.tenant = :tenant AND s.service_id = :service AND (s.made_at, s.session_id) < (:at, :id)
 ORDER BY s.made_at DESC, s.session_id DESC LIMIT :most;

-- name: sessions_running_page
-- :state text, open or in-progress. Index: session_in_state
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM session s
 WHERE s.tenant = :tenant AND s.service_id = :service AND s.state = :state AND s.until > :t
   AND (s.made_at, s.session_id) > (:at, :id)
 ORDER BY s.made_at, s.session_id LIMIT :most;

-- name: sessions_running_page_back
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM session s
 WHERE s.tenant = :tenant AND s.service_id = :service AND s.state = :state AND s.until > :t
   AND (s.made_at, s.session_id) < (:at, :id)
 ORDER BY s.made_at DESC, s.session_id DESC LIMIT :most;

-- name: sessions_over_page
-- Closed ones, and those that have run out since the worker last looked. Index: session_in_state, session_running
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM (SELECT * FROM (
            (SELECT * FROM session
              WHERE tenant = :tenant AND service_id = :service AND state = 'closed' AND (made_at, session_id) > (:at, :id)
              ORDER BY made_at, session_id LIMIT :most)
            UNION ALL
            SELECT * FROM session_overdue(:t, :tenant, :service) WHERE (made_at, session_id) > (:at, :id)) AS over
         ORDER BY made_at, session_id LIMIT :most) AS s
 ORDER BY s.made_at, s.session_id;

-- name: sessions_over_page_back
SELECT s.*, (SELECT count(*) FROM participant p
              WHERE p.tenant = s.tenant AND p.session_id = s.session_id AND p.deleted_at IS NULL) AS people
  FROM (SELECT * FROM (
            (SELECT * FROM session
              WHERE tenant = :tenant AND service_id = :service AND state = 'closed' AND (made_at, session_id) < (:at, :id)
              ORDER BY made_at DESC, session_id DESC LIMIT :most)
            UNION ALL
            SELECT * FROM session_overdue(:t, :tenant, :service) WHERE (made_at, session_id) < (:at, :id)) AS over
         ORDER BY made_at DESC, session_id DESC LIMIT :most) AS s
 ORDER BY s.made_at DESC, s.session_id DESC;

-- name: change_session!
-- When it is to end; extend or reopen make it so. Index: session_pkey
UPDATE session SET ttl = :ttl, slides = :slides, expires_at = :expires_at
 WHERE tenant = :tenant AND session_id = :session;

-- name: extend$
SELECT session_extend(:t, :tenant, :session);

-- name: reopen$
SELECT session_reopen(:t, :tenant, :session);

-- name: close$
-- :reason text, a word
SELECT session_close(:t, :tenant, :session, :reason);

-- name: drop_session!
-- With its people and interactions, once it is closed; its claims cool on. Index: session_pkey
DELETE FROM session WHERE tenant = :tenant AND session_id = :session AND state = 'closed';

-- name: expired
-- Sessions whose time is over and that nobody has closed. Index: session_until
SELECT tenant, service_id, session_id FROM session WHERE state <> 'closed' AND until <= :t
 ORDER BY until LIMIT :most FOR UPDATE SKIP LOCKED;

-- name: tell!
-- News for a customer who wants any. :kind text  :about uuid
SELECT session_job(:t, :tenant, :service, :kind, :session, :about);

-- ── participants ──────────────────────────────────────────────────────────────────────────────────────────────────

-- name: keep_number$
-- A person's number, once: the id of its row, which stays as it is. Index: phone_tenant_number_key_key
WITH known AS (
    SELECT phone_id FROM phone WHERE tenant = :tenant AND number_key = :number_key
), added AS (
    INSERT INTO phone (tenant, phone_id, number_key, sealed, language, made_at)
    SELECT :tenant, :phone, :number_key, :box, :language, :t WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (tenant, number_key) DO UPDATE SET language = phone.language RETURNING phone_id
)
SELECT phone_id FROM known UNION ALL SELECT phone_id FROM added;

-- name: add_participant!
INSERT INTO participant (tenant, participant_id, session_id, side, place, phone_id, friendly_name, called_as,
                         announcement, made_at, changed_at)
VALUES (:tenant, :participant, :session, :side, :place, :phone, :name, :called, :announced, :t, :t);

-- name: allocate$
-- session_allocate says what each parameter is, and what comes back.
SELECT session_allocate(:t, :tenant, :session, :who::uuid[], :number, :places::text[], :only);

-- name: pin_set$
-- False where another live session of the number has the PIN. :pin bytea
SELECT session_pin_set(:t, :tenant, :participant, :pin);

-- name: free_after$
-- When the first number of a pool is free for everybody who is to have one; null where that cannot be said.
-- :keys bytea[], party keys  :number uuid, null for all. Index: service_number_pool, claim_pkey
SELECT min(held.until) FROM (
    SELECT max(c.reuse_after) AS until
      FROM service_number sn
      JOIN claim c ON c.tenant = sn.tenant AND c.number_id = sn.number_id AND c.party_key = ANY (:keys::bytea[])
     WHERE sn.tenant = :tenant AND sn.service_id = :service AND sn.released_at IS NULL
       AND (:number::uuid IS NULL OR sn.number_id = :number) AND c.reuse_after > :t
     GROUP BY c.number_id) AS held
 WHERE held.until < 'infinity';

-- name: participant^
-- Index: participant_pkey, phone_pkey
SELECT p.*, n.e164, f.sealed FROM participant p
  LEFT JOIN proxy_number n ON n.number_id = p.number_id
  LEFT JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
 WHERE p.tenant = :tenant AND p.session_id = :session AND p.participant_id = :participant;

-- name: participants
-- Everybody who is or was in a session. Index: participant_listed, phone_pkey
SELECT p.*, n.e164, f.sealed, f.number_key FROM participant p
  LEFT JOIN proxy_number n ON n.number_id = p.number_id
  LEFT JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
 WHERE p.tenant = :tenant AND p.session_id = :session ORDER BY p.side, p.place, p.made_at;

-- name: participants_page
-- :at timestamptz and :id uuid, the mark. Index: participant_listed
SELECT p.*, n.e164, f.sealed FROM participant p
  LEFT JOIN proxy_number n ON n.number_id = p.number_id
  LEFT JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
 WHERE p.tenant = :tenant AND p.session_id = :session AND (p.made_at, p.participant_id) > (:at, :id)
 ORDER BY p.made_at, p.participant_id LIMIT :most;

-- name: participants_page_back
SELECT p.*, n.e164, f.sealed FROM participant p
  LEFT JOIN proxy_number n ON n.number_id = p.number_id
  LEFT JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
 WHERE p.tenant = :tenant AND p.session_id = :session AND (p.made_at, p.participant_id) < (:at, :id)
 ORDER BY p.made_at DESC, p.participant_id DESC LIMIT :most;

-- name: name_participant!
-- An awaited participant gets a phone. Index: participant_pkey
UPDATE participant SET phone_id = :phone, changed_at = :t
 WHERE tenant = :tenant AND participant_id = :participant AND phone_id IS NULL;

-- name: take$
-- Takes a participant's claims on the number that they have. Index: session_pkey
SELECT session_take(:t, s, ARRAY[:participant]::uuid[]) FROM session s
 WHERE s.tenant = :tenant AND s.session_id = :session;

-- name: cool!
-- A participant's claims end, and cool. Index: session_pkey
SELECT session_cool(:t, s, :participant) FROM session s WHERE s.tenant = :tenant AND s.session_id = :session;

-- name: drop_participant!
-- Index: participant_pkey
UPDATE participant SET deleted_at = :t, changed_at = :t
 WHERE tenant = :tenant AND participant_id = :participant AND deleted_at IS NULL;

-- ── interactions ──────────────────────────────────────────────────────────────────────────────────────────────────

-- name: interaction^
-- With the call or text that it was. Index: interaction_pkey, call_pkey, message_pkey
SELECT i.*, c.state AS call_state, c.outcome, c.talk_seconds, c.attestation, m.state AS message_state, m.error, m.body
  FROM interaction i
  LEFT JOIN call c ON c.tenant = i.tenant AND c.call_id = i.interaction_id
  LEFT JOIN message m ON m.tenant = i.tenant AND m.message_id = i.interaction_id
 WHERE i.tenant = :tenant AND i.session_id = :session AND i.interaction_id = :interaction;

-- name: interactions_page
-- :at timestamptz and :id uuid, the mark. Index: interaction_session, call_pkey, message_pkey
SELECT i.*, c.state AS call_state, c.outcome, c.talk_seconds, c.attestation, m.state AS message_state, m.error, m.body
  FROM interaction i
  LEFT JOIN call c ON c.tenant = i.tenant AND c.call_id = i.interaction_id
  LEFT JOIN message m ON m.tenant = i.tenant AND m.message_id = i.interaction_id
 WHERE i.tenant = :tenant AND i.session_id = :session AND (i.at, i.interaction_id) > (:at, :id)
 ORDER BY i.at, i.interaction_id LIMIT :most;

-- name: interactions_page_back
SELECT i.*, c.state AS call_state, c.outcome, c.talk_seconds, c.attestation, m.state AS message_state, m.error, m.body
  FROM interaction i
  LEFT JOIN call c ON c.tenant = i.tenant AND c.call_id = i.interaction_id
  LEFT JOIN message m ON m.tenant = i.tenant AND m.message_id = i.interaction_id
 WHERE i.tenant = :tenant AND i.session_id = :session AND (i.at, i.interaction_id) < (:at, :id)
 ORDER BY i.at DESC, i.interaction_id DESC LIMIT :most;

-- name: sent_page
-- Texts that the API sent to a participant. :to uuid. Index: interaction_sent, message_pkey
SELECT i.*, c.state AS call_state, c.outcome, c.talk_seconds, c.attestation, m.state AS message_state, m.error, m.body
  FROM interaction i
  LEFT JOIN call c ON c.tenant = i.tenant AND c.call_id = i.interaction_id
  LEFT JOIN message m ON m.tenant = i.tenant AND m.message_id = i.interaction_id
 WHERE i.tenant = :tenant AND i.session_id = :session AND i.to_participant = :to AND i.kind = 'message'
   AND i.from_participant IS NULL AND (i.at, i.interaction_id) > (:at, :id)
 ORDER BY i.at, i.interaction_id LIMIT :most;

-- name: sent_page_back
SELECT i.*, c.state AS call_state, c.outcome, c.talk_seconds, c.attestation, m.state AS message_state, m.error, m.body
  FROM interaction i
  LEFT JOIN call c ON c.tenant = i.tenant AND c.call_id = i.interaction_id
  LEFT JOIN message m ON m.tenant = i.tenant AND m.message_id = i.interaction_id
 WHERE i.tenant = :tenant AND i.session_id = :session AND i.to_participant = :to AND i.kind = 'message'
   AND i.from_participant IS NULL AND (i.at, i.interaction_id) < (:at, :id)
 ORDER BY i.at DESC, i.interaction_id DESC LIMIT :most;

-- name: drop_interaction$
-- With its text, if it was one. Index: interaction_pkey, message_pkey
WITH gone AS (
    DELETE FROM interaction WHERE tenant = :tenant AND session_id = :session AND interaction_id = :interaction RETURNING 1
), text AS (
    DELETE FROM message WHERE tenant = :tenant AND session_id = :session AND message_id = :interaction
)
SELECT count(*) FROM gone;

-- ── a person's rights ─────────────────────────────────────────────────────────────────────────────────────────────

-- name: person_sessions
-- Sessions that a number takes or took part in. :since timestamptz, null for all. Index: participant_once
SELECT p.tenant, p.session_id, p.participant_id, p.side, p.made_at, p.deleted_at, s.unique_name, s.ended_at,
       v.unique_name AS service
  FROM phone f JOIN participant p ON p.tenant = f.tenant AND p.phone_id = f.phone_id
  JOIN session s ON s.tenant = p.tenant AND s.session_id = p.session_id
  JOIN service v ON v.tenant = s.tenant AND v.service_id = s.service_id
 WHERE f.number_key = :number_key AND (:since::timestamptz IS NULL OR p.made_at >= :since)
 ORDER BY p.session_id FOR UPDATE OF s;

-- name: person_opt_outs
-- Services that a number said STOP to.
SELECT o.made_at, v.unique_name AS service FROM service_opt_out o JOIN service v USING (tenant, service_id)
 WHERE o.number_key = :number_key AND (:since::timestamptz IS NULL OR o.made_at >= :since);

-- name: forget_participant!
-- Who they are; that somebody was there stays. Index: participant_pkey
UPDATE participant
   SET phone_id = NULL, friendly_name = NULL, called_as = NULL, announcement = NULL, pin_hash = NULL,
       deleted_at = coalesce(deleted_at, :t), changed_at = :t
 WHERE tenant = :tenant AND participant_id = :participant;

-- name: forget_texts!
-- Texts on their way to a number. :since timestamptz, null for all. Index: message_phone
UPDATE message m SET phone_id = NULL, body = NULL
  FROM phone f
 WHERE f.number_key = :number_key AND m.tenant = f.tenant AND m.phone_id = f.phone_id
   AND (:since::timestamptz IS NULL OR m.made_at >= :since);
