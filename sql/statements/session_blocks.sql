-- What masking/sessions asks of the blocks that people made in sessions. The work is in sql/functions/57_session_wishes.sql.

-- name: session_blocks!
-- Somebody blocks who called them: parameters and indexes stand with the function.
SELECT session_blocks(:t::timestamptz, :tenant::uuid, :service::uuid, :session::uuid, :by::uuid, :whom::uuid, :call::uuid,
                      :until::timestamptz);

-- name: blocked_by
-- Whom of their session somebody refuses, not counting what they decided at a sticker of theirs.
-- Indexes: participant_pkey, participant_place, phone_pkey, session_block_pkey
SELECT o.participant_id, b.made_at, b.until
  FROM participant m
  JOIN participant o ON o.tenant = m.tenant AND o.session_id = m.session_id AND o.participant_id <> m.participant_id
  JOIN phone f ON f.tenant = o.tenant AND f.phone_id = o.phone_id
  JOIN session_block b ON b.tenant = m.tenant AND b.phone_id = m.phone_id AND b.party_key = f.number_key
 WHERE m.tenant = :tenant::uuid AND m.session_id = :session::uuid AND m.participant_id = :participant::uuid
   AND b.service_id = :service::uuid AND b.until > :t::timestamptz
 ORDER BY b.made_at, o.participant_id;

-- name: unblock!
-- Somebody refuses somebody else of their session no more. Indexes: participant_pkey, phone_pkey, session_block_pkey
DELETE FROM session_block b
 USING participant m, participant o, phone f
 WHERE m.tenant = :tenant::uuid AND m.session_id = :session::uuid AND m.participant_id = :participant::uuid
   AND o.tenant = m.tenant AND o.session_id = m.session_id AND o.participant_id = :whom::uuid
   AND f.tenant = o.tenant AND f.phone_id = o.phone_id
   AND b.tenant = m.tenant AND b.service_id = :service::uuid AND b.phone_id = m.phone_id AND b.party_key = f.number_key;

-- name: person_blocks
-- Whom a number refuses, by service; never who that is. :since timestamptz, null for all.
-- Indexes: phone_tenant_number_key_key, session_block_phone
SELECT b.made_at, b.until, v.unique_name AS service
  FROM phone f JOIN session_block b ON b.tenant = f.tenant AND b.phone_id = f.phone_id
  JOIN service v ON v.tenant = b.tenant AND v.service_id = b.service_id
 WHERE f.number_key = :number_key AND (:since::timestamptz IS NULL OR b.made_at >= :since)
 ORDER BY b.made_at, v.unique_name;

-- name: forget_blocks!
-- The blocks that a number made. Those that others made against it stay until they run out: they protect whoever made them.
-- :since timestamptz, null for all. Indexes: phone_tenant_number_key_key, session_block_phone
DELETE FROM session_block b USING phone f
 WHERE f.number_key = :number_key AND b.tenant = f.tenant AND b.phone_id = f.phone_id
   AND (:since::timestamptz IS NULL OR b.made_at >= :since);
