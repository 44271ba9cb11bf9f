-- What masking/sessions/relay.py asks of the other readers of a text, and of quiet hours. The work is in
-- sql/functions/57_session_wishes.sql.

-- name: other_readers
-- Who of the other side is to read a text beside whoever it went to first; nobody where it came before.
-- :t when the text was kept. Index: interaction_pkey, session_pkey, participant_pkey
SELECT r.participant_id
  FROM interaction i JOIN session s ON s.tenant = i.tenant AND s.session_id = i.session_id
  JOIN participant c ON c.tenant = i.tenant AND c.participant_id = i.from_participant
 CROSS JOIN LATERAL session_readers(:t::timestamptz, i.tenant, s.service_id, s.session_id, c.side, c.phone_id) r
 WHERE i.tenant = :tenant::uuid AND i.interaction_id = :message::uuid AND i.at = :t
   AND r.participant_id <> i.to_participant;

-- name: copy_text!
-- Parameters and indexes stand with the function.
SELECT session_text_copy(:t::timestamptz, :tenant::uuid, :message::uuid, :copy::uuid, :to::uuid, :body::bytea,
                         :media::uuid[], :boxes::bytea[]);

-- name: hold_texts!
-- Parameters and indexes stand with the function.
SELECT session_texts_hold(:t::timestamptz, :tenant::uuid, :session::uuid, :messages::uuid[]);
