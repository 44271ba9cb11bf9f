-- Idempotency keys of clients' requests: what masking/sessions/repeats.py asks.

-- name: seen^
-- Notes a request, or finds what is known of it. fresh: nobody had this key. Index: request_seen_pkey
INSERT INTO request_seen AS r (tenant, client_id, name_hash, body_hash, at)
VALUES (:tenant, :client, :name, :body, :t)
ON CONFLICT (tenant, client_id, name_hash) DO UPDATE SET at = r.at
RETURNING body_hash, resource_id, xmax = 0 AS fresh;

-- name: made!
-- What the request made. Index: request_seen_pkey
UPDATE request_seen SET resource_id = :resource
 WHERE tenant = :tenant AND client_id = :client AND name_hash = :name;
