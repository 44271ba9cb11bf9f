-- Tenants, carrier accounts and proxy numbers: what masking/claims/store.py and carriers/accounts.py ask.

-- name: add_tenant$
INSERT INTO tenant (tenant, name, made_at) VALUES (:tenant, :name, :t)
ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name RETURNING tenant;

-- name: add_account$
-- A carrier account; a known one stays as it is. Returns its id. Index: carrier_account_carrier_vendor_id_key
INSERT INTO carrier_account (account_id, tenant, carrier, vendor_id, tokens, made_at)
VALUES (:account, :tenant, :carrier, :vendor_id, :tokens::bytea[], :t)
ON CONFLICT (carrier, vendor_id) DO UPDATE SET vendor_id = EXCLUDED.vendor_id
RETURNING account_id;

-- name: set_tokens!
UPDATE carrier_account SET tokens = :tokens::bytea[] WHERE account_id = :account;

-- name: accounts
SELECT account_id, tenant, carrier, vendor_id, tokens FROM carrier_account ORDER BY made_at, account_id;

-- name: add_number$
-- A number of ours; one that was removed comes back. Null if it is in the inventory. Index: proxy_number_pkey
INSERT INTO proxy_number (e164, number_id, number_key, tenant, account_id, country, role, carrier_sid, voice, texts, made_at)
VALUES (:e164, :number, :number_key, :tenant, :account, :country, :role, :carrier_sid, :voice, :texts, :t)
ON CONFLICT (e164) DO UPDATE
   SET tenant = EXCLUDED.tenant, account_id = EXCLUDED.account_id, role = EXCLUDED.role, next_role = NULL, removed_at = NULL,
       carrier_sid = EXCLUDED.carrier_sid, voice = EXCLUDED.voice, texts = EXCLUDED.texts
 WHERE proxy_number.removed_at IS NOT NULL
RETURNING number_id;

-- name: describe_number!
-- What the carrier says of a number that is in the inventory already. Index: proxy_number_pkey
UPDATE proxy_number SET carrier_sid = :carrier_sid, voice = :voice, texts = :texts
 WHERE e164 = :e164 AND tenant = :tenant AND removed_at IS NULL;

-- name: numbers
-- The inventory with what stands on each number. A claim that never ends has no part in claimed_until. Index: claim_pkey
SELECT n.e164, n.number_id, n.account_id, n.country, n.role, n.next_role, n.resting_until, n.made_at, a.carrier,
       number_role(n, :t) AS plays,
       (SELECT count(*) FROM claim c WHERE c.tenant = n.tenant AND c.number_id = n.number_id AND c.until > :t) AS live,
       (SELECT max(c.reuse_after) FROM claim c
         WHERE c.tenant = n.tenant AND c.number_id = n.number_id AND c.reuse_after > :t
           AND c.reuse_after < 'infinity') AS claimed_until
  FROM proxy_number n JOIN carrier_account a USING (account_id)
 WHERE n.tenant = :tenant AND n.removed_at IS NULL ORDER BY n.country, n.role, n.e164;

-- name: number^
-- Index: proxy_number_pkey
SELECT n.e164, n.number_id, n.tenant, n.account_id, n.country, n.role, n.next_role, n.resting_until, number_role(n, :t) AS plays,
       EXISTS (SELECT FROM service_number s
                WHERE s.tenant = n.tenant AND s.number_id = n.number_id AND s.released_at IS NULL) AS in_service,
       (SELECT max(c.reuse_after) FROM claim c
         WHERE c.tenant = n.tenant AND c.number_id = n.number_id AND c.reuse_after > :t
           AND c.reuse_after < 'infinity') AS claimed_until,
       EXISTS (SELECT FROM claim c
                WHERE c.tenant = n.tenant AND c.number_id = n.number_id AND c.reuse_after = 'infinity') AS endless
  FROM proxy_number n WHERE n.e164 = :e164 AND n.removed_at IS NULL;

-- name: rest_number!
-- A number takes no calls until then; afterwards it plays next_role, or what it played before.
UPDATE proxy_number n
   SET role = coalesce(number_role(n, :t), n.role), resting_until = :until, next_role = :next_role
 WHERE e164 = :e164;

-- name: remove_number!
UPDATE proxy_number SET removed_at = :t WHERE e164 = :e164;

-- name: our_numbers
-- Every number of ours, for the destination guard. Index: proxy_number_pkey
SELECT e164 FROM proxy_number WHERE removed_at IS NULL;

-- name: is_ours$
SELECT EXISTS (SELECT FROM proxy_number WHERE number_key = :number_key AND removed_at IS NULL);
