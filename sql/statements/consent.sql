-- Consents: what privacy/consent.py asks.

-- name: consent_lives$
-- Whether somebody agrees to a version of a text. Index: consent_live
SELECT EXISTS (SELECT FROM consent
                WHERE person_id = :person AND purpose = :purpose AND withdrawn_at IS NULL AND version = :version);

-- name: lock_consents!
-- Whoever changes a person's consents does so one at a time. Index: person_pkey
SELECT FROM person WHERE person_id = :person FOR UPDATE;

-- name: give_consent!
-- Given twice in one instant, it is one. Index: consent_pkey
INSERT INTO consent (person_id, purpose, given_at, version, language) VALUES (:person, :purpose, :t, :version, :language)
ON CONFLICT (person_id, purpose, given_at) DO UPDATE
   SET version = EXCLUDED.version, language = EXCLUDED.language, withdrawn_at = NULL;

-- name: withdraw_consent$
-- Takes back the one that stands; null where none does. Index: consent_live
UPDATE consent SET withdrawn_at = :t WHERE person_id = :person AND purpose = :purpose AND withdrawn_at IS NULL
RETURNING purpose;

-- name: consents
-- All that somebody gave, the newest first. Index: consent_pkey
SELECT purpose, version, language, given_at, withdrawn_at FROM consent
 WHERE person_id = :person ORDER BY given_at DESC, purpose;
