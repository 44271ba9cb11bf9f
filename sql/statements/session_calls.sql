-- What masking/sessions/effects.py asks.

-- name: tell_over!
-- A session's call has ended: its customer gets the last states of both sides. Nothing where the call belonged to no
-- session, or came too late for one. Index: interaction_pkey, session_pkey
SELECT session_job(:t::timestamptz, s.tenant, s.service_id, 'moved', s.session_id, i.interaction_id)
  FROM interaction i JOIN session s ON s.tenant = i.tenant AND s.session_id = i.session_id
 WHERE i.tenant = :tenant AND i.interaction_id = :call AND i.refused IS NULL;
