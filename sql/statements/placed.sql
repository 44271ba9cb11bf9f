-- Calls that a customer asks for. The work is in sql/functions/56_session_placed.sql.

-- name: session_place$
-- Keeps a call and the job that places it: parameters stand with the function.
SELECT session_place(:t::timestamptz, :tenant::uuid, :service::uuid, :session::uuid, :first::uuid, :call::uuid);

-- name: place_elsewhere$
-- Moves a call to another carrier; whether it could: parameters stand with the function.
SELECT session_place_elsewhere(:t::timestamptz, :tenant::uuid, :call::uuid);

-- name: call_to_place^
-- A call that waits to be placed: whom to ring first, and from which number. Locks it.
-- Index: call_pkey, proxy_number_number_id_key, participant_pkey, phone_pkey, service_pkey
SELECT c.account_id, c.carrier_call, c.started_at, n.e164, f.phone_id, f.sealed, r.countries,
       (c.route ->> 'ring')::integer AS ring,
       EXISTS (SELECT FROM proxy_number o WHERE o.number_key = f.number_key AND o.removed_at IS NULL) AS ours
  FROM call c JOIN proxy_number n ON n.number_id = c.number_id
  JOIN session s ON s.tenant = c.tenant AND s.session_id = c.target_id AND s.state <> 'closed' AND s.until > :t::timestamptz
  JOIN service r ON r.tenant = s.tenant AND r.service_id = s.service_id
  JOIN participant p ON p.tenant = c.tenant AND p.participant_id = (c.route ->> 'from')::uuid AND p.deleted_at IS NULL
  JOIN phone f ON f.tenant = c.tenant AND f.phone_id = p.phone_id
 WHERE c.tenant = :tenant::uuid AND c.call_id = :call::uuid AND c.ended_at IS NULL FOR UPDATE OF c;

-- name: name_placed!
-- By which name the carrier knows a call: a mark while it is asked, its own once it answered, null where it never was.
-- Index: call_pkey
UPDATE call SET carrier_call = :carrier_call::text WHERE tenant = :tenant::uuid AND call_id = :call::uuid;
