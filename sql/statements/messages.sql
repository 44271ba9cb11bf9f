-- What masking/sessions/relay.py, sending.py and media.py ask. The work is in sql/functions/54_session_texts.sql.

-- name: session_text$
-- Takes a text to a session's number: parameters and indexes stand with the function.
SELECT session_text(:t::timestamptz, :tenant::uuid, :account::uuid, :dialled::text, :from_key::bytea, :message::uuid,
                    :body::bytea, :passed::boolean, :word::text, :said::text, :mark::bytea, :media::uuid[],
                    :boxes::bytea[])::text;

-- name: session_send$
-- A text of the customer's own to one participant: parameters stand with the function.
SELECT session_send(:t::timestamptz, :tenant::uuid, :service::uuid, :session::uuid, :to::uuid, :message::uuid,
                    :body::bytea);

-- name: message_moves$
-- News of a text that we sent; whether it moved. Parameters stand with the function.
SELECT message_moves(:t::timestamptz, :tenant::uuid, :account::uuid, :message::uuid, :state::text, :error::text);

-- name: message_to_send^
-- A text and all that its sending needs, locked: e164 null once its number is gone, sealed null once its reader is.
-- wanted: nobody who reads it said STOP meanwhile. ours: it would go to a number of our own.
-- Index: message_pkey, session_pkey, service_pkey, phone_pkey, proxy_number_number_id_key, service_opt_out_pkey
SELECT m.state, m.carrier_text, m.body, m.account_id, m.session_id, m.phone_id, n.e164, f.sealed, s.service_id, s.redacts,
       s.countries,
       NOT EXISTS (SELECT FROM service_opt_out o WHERE o.tenant = m.tenant AND o.service_id = s.service_id
                      AND o.number_key = f.number_key) AS wanted,
       EXISTS (SELECT FROM proxy_number o WHERE o.number_key = f.number_key AND o.removed_at IS NULL) AS ours
  FROM message m
  JOIN session ss ON ss.tenant = m.tenant AND ss.session_id = m.session_id
  JOIN service s ON s.tenant = ss.tenant AND s.service_id = ss.service_id
  LEFT JOIN phone f ON f.tenant = m.tenant AND f.phone_id = m.phone_id
  LEFT JOIN proxy_number n ON n.number_id = m.number_id AND n.removed_at IS NULL
 WHERE m.tenant = :tenant::uuid AND m.message_id = :message::uuid
   FOR UPDATE OF m;

-- name: name_message!
-- By which name the carrier knows a text: a mark while it is asked, its own once it answered, null where it never was.
-- Index: message_pkey
UPDATE message SET carrier_text = :carrier_text::text WHERE tenant = :tenant::uuid AND message_id = :message::uuid;

-- name: opt_out_of_service!
-- The carrier says that who should read a text has opted out with it. Index: phone_pkey, service_opt_out_pkey
INSERT INTO service_opt_out (tenant, service_id, number_key, made_at)
SELECT f.tenant, :service::uuid, f.number_key, :t::timestamptz FROM phone f
 WHERE f.tenant = :tenant::uuid AND f.phone_id = :phone::uuid
ON CONFLICT DO NOTHING;

-- name: reader_of_message^
-- Whose service a text belongs to, and who reads it. Index: message_pkey, session_pkey
SELECT s.service_id, m.phone_id FROM message m JOIN session s ON s.tenant = m.tenant AND s.session_id = m.session_id
 WHERE m.tenant = :tenant::uuid AND m.message_id = :message::uuid AND m.account_id = :account::uuid;

-- name: media_of_message
-- What came with a text that is yet to be sent, in order.  Index: media_message, message_pkey
SELECT x.media_id, x.kind, x.sealed FROM media x JOIN message m ON m.tenant = x.tenant AND m.message_id = x.message_id
 WHERE x.tenant = :tenant::uuid AND x.message_id = :message::uuid AND m.state = 'accepted' AND m.carrier_text IS NULL
 ORDER BY x.place;

-- name: media_to_send
-- What goes on with a text, in order.  Index: media_message
SELECT media_id FROM media
 WHERE tenant = :tenant::uuid AND message_id = :message::uuid AND kind = ANY (:kinds::text[])
 ORDER BY place;

-- name: keep_media!
-- What came with a text, cleaned, where its address stood.  Index: media_pkey
UPDATE media SET kind = :kind::text, sealed = :sealed::bytea
 WHERE tenant = :tenant::uuid AND media_id = :media::uuid AND kind = 'address';

-- name: media_lost$
-- What came with a text cannot be passed on. Parameters and indexes stand with the function.
SELECT media_lost(:t::timestamptz, :tenant::uuid, :message::uuid, :media::uuid[], :boxes::bytea[])::text;

-- name: media_item^
-- One item that a carrier may fetch.  Index: media_pkey
SELECT kind, sealed FROM media
 WHERE tenant = :tenant::uuid AND media_id = :media::uuid AND kind = ANY (:kinds::text[]);

-- name: sender_of_message^
-- Who wrote a text, if they still take texts, and the number that they know.
-- Index: interaction_pkey, participant_pkey, session_pkey, service_pkey, phone_pkey, proxy_number_number_id_key, service_opt_out_pkey
SELECT p.phone_id, f.sealed, coalesce(f.language, s.language) AS language, n.e164, n.account_id
  FROM interaction i
  JOIN participant p ON p.tenant = i.tenant AND p.participant_id = i.from_participant AND p.deleted_at IS NULL
  JOIN session ss ON ss.tenant = i.tenant AND ss.session_id = i.session_id
  JOIN service s ON s.tenant = ss.tenant AND s.service_id = ss.service_id
  JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
  JOIN proxy_number n ON n.number_id = p.number_id AND n.removed_at IS NULL
 WHERE i.tenant = :tenant::uuid AND i.interaction_id = :message::uuid
   AND NOT EXISTS (SELECT FROM service_opt_out o WHERE o.tenant = p.tenant AND o.service_id = s.service_id
                      AND o.number_key = f.number_key);
