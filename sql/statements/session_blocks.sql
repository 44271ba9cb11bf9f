-- What masking/sessions/blocks.py and effects.py ask. The work is in sql/functions/57_session_wishes.sql.

-- name: session_blocks!
-- Somebody blocks who called them: parameters and indexes stand with the function.
SELECT session_blocks(:t::timestamptz, :tenant::uuid, :service::uuid, :session::uuid, :by::uuid, :whom::uuid, :call::uuid,
                      :until::timestamptz);

-- name: blocked_by
-- Whom of their session somebody refuses, not counting what they decided at a sticker of theirs.
-- Indexes: participant_pkey, participant_place, phone_pkey, block_pkey
SELECT o.participant_id, b.made_at, b.until
  FROM participant m
  JOIN participant o ON o.tenant = m.tenant AND o.session_id = m.session_id AND o.participant_id <> m.participant_id
  JOIN phone f ON f.tenant = o.tenant AND f.phone_id = o.phone_id
  JOIN block b ON b.tenant = m.tenant AND b.phone_id = m.phone_id AND b.party_key = f.number_key
 WHERE m.tenant = :tenant::uuid AND m.session_id = :session::uuid AND m.participant_id = :participant::uuid
   AND b.until > :t::timestamptz AND b.service_id IS NOT NULL
 ORDER BY b.made_at, o.participant_id;

-- name: unblock!
-- Somebody refuses somebody else of their session no more. Indexes: participant_pkey, phone_pkey, block_pkey
DELETE FROM block b
 USING participant m, participant o, phone f
 WHERE m.tenant = :tenant::uuid AND m.session_id = :session::uuid AND m.participant_id = :participant::uuid
   AND o.tenant = m.tenant AND o.session_id = m.session_id AND o.participant_id = :whom::uuid
   AND f.tenant = o.tenant AND f.phone_id = o.phone_id
   AND b.tenant = m.tenant AND b.phone_id = m.phone_id AND b.party_key = f.number_key AND b.service_id IS NOT NULL;
