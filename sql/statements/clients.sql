-- Programs that use our APIs: what admin/clients/store.py asks.

-- name: add_client$
-- A new client; null where the tenant has one of that name. Index: client_tenant_name_key
INSERT INTO client (client_id, tenant, name, scopes, token_hash, token, made_at)
VALUES (:client, :tenant, :name, :scopes::text[], :token_hash, :token, :t)
ON CONFLICT (tenant, name) DO NOTHING
RETURNING client_id;

-- name: clients
-- A tenant's clients, revoked ones too. Index: client_tenant_name_key
SELECT client_id, tenant, name, scopes, made_at, revoked_at, lookups_a_day FROM client
 WHERE tenant = :tenant ORDER BY made_at, client_id;

-- name: client_by_name^
-- A client that still counts, for a change to it. Index: client_tenant_name_key
SELECT client_id, tenant, name, scopes, made_at, revoked_at, lookups_a_day FROM client
 WHERE tenant = :tenant AND name = :name AND revoked_at IS NULL FOR UPDATE;

-- name: client_by_hash^
-- Whose token this is, by its hashes under every token root. Index: client_token_hash_key
SELECT client_id, tenant, name, scopes, made_at, revoked_at, lookups_a_day, token_hash FROM client
 WHERE token_hash = ANY (:hashes::bytea[]) AND revoked_at IS NULL;

-- name: revoke_client!
UPDATE client SET revoked_at = :t WHERE client_id = :client AND revoked_at IS NULL;

-- name: set_client_token!
UPDATE client SET token_hash = :token_hash, token = :token WHERE client_id = :client;

-- name: set_client_lookups!
UPDATE client SET lookups_a_day = :a_day WHERE client_id = :client;

-- name: rehash_client!
-- The same token under a newer root's hash; nothing where it was changed meanwhile.
UPDATE client SET token_hash = :token_hash WHERE client_id = :client AND token_hash = :former;

-- name: signing_token^
-- The client's own token while it counts, else that of the account's newest client. Index: client_pkey, client_tenant_name_key
SELECT c.client_id, c.token
  FROM client wanted JOIN client c ON c.tenant = wanted.tenant
 WHERE wanted.client_id = :client AND c.revoked_at IS NULL
 ORDER BY c.client_id = wanted.client_id DESC, c.made_at DESC, c.client_id LIMIT 1;
