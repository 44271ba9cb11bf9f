-- What masking/sessions changes of sessions, and of the people in them, while they last.

-- name: change_terms!
-- :changes jsonb, the columns that change; a null clears. Index: session_pkey
UPDATE session s
   SET (mode, direction, force_pin, named, ring, talk, cool_off, changed_at)
     = (r.mode, r.direction, r.force_pin, r.named, r.ring, r.talk, r.cool_off, :t)
  FROM (SELECT n.* FROM session x CROSS JOIN LATERAL jsonb_populate_record(x, :changes::jsonb) AS n
         WHERE x.tenant = :tenant AND x.session_id = :session) AS r
 WHERE s.tenant = r.tenant AND s.session_id = r.session_id;

-- name: lacks_mode$
-- Whether a number that somebody in a session sees cannot do what a mode needs. Index: participant_place
SELECT EXISTS (SELECT FROM participant p JOIN proxy_number n ON n.number_id = p.number_id
                WHERE p.tenant = :tenant AND p.session_id = :session AND p.deleted_at IS NULL
                  AND NOT session_serves(n, :mode::text, :t::timestamptz));

-- name: change_participant!
-- :changes jsonb, as above. Index: participant_pkey
UPDATE participant p
   SET (friendly_name, called_as, announcement, changed_at) = (r.friendly_name, r.called_as, r.announcement, :t)
  FROM (SELECT n.* FROM participant x CROSS JOIN LATERAL jsonb_populate_record(x, :changes::jsonb) AS n
         WHERE x.tenant = :tenant AND x.participant_id = :participant) AS r
 WHERE p.tenant = r.tenant AND p.participant_id = r.participant_id;

-- name: speak!
-- A person's language, in whatever session they are. Index: participant_pkey, phone_pkey
UPDATE phone f SET language = :language
  FROM participant p
 WHERE p.tenant = :tenant AND p.participant_id = :participant AND f.tenant = p.tenant AND f.phone_id = p.phone_id;

-- name: drop_pin!
-- A participant's PIN opens nothing any more. Index: participant_pkey, claim_pkey
WITH had AS (
    UPDATE claim c SET until = :t, reuse_after = :t
      FROM participant p
     WHERE p.tenant = :tenant AND p.participant_id = :participant AND c.tenant = p.tenant AND c.number_id = p.number_id
       AND c.party_key = '\x05'::bytea || p.pin_hash AND c.target_id = p.session_id
)
UPDATE participant SET pin_hash = NULL, changed_at = :t WHERE tenant = :tenant AND participant_id = :participant;
