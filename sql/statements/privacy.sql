-- Keys, short keys, the audit trail, rotation and rekeying. Number keys and boxes are made in Python: no pgcrypto.

-- ── the key ring ──────────────────────────────────────────────────────────────────────────────────────────────────

-- name: lock_key_check!
-- One process at a time compares its ring; held until the transaction ends. :lock bigint
SELECT pg_advisory_xact_lock(:lock);

-- name: key_checks
-- What the database knows of each key.
SELECT root, key_id, proof FROM key_check ORDER BY root, key_id;

-- name: add_key_check!
-- :root text  :key_id integer  :proof bytea
INSERT INTO key_check (root, key_id, proof) VALUES (:root, :key_id, :proof);

-- name: drop_key_check!
-- Forgets a key that nothing is sealed with any more. :root text  :key_id integer
DELETE FROM key_check WHERE root = :root AND key_id = :key_id;

-- name: hold_ring$
-- A serving process holds this lock while its connection lives; false while a rekeying runs. :lock bigint
SELECT pg_try_advisory_lock_shared(:lock);

-- name: keep_others_out$
-- The rekeying's side of the same lock, until its transaction ends; false while any process serves. :lock bigint
SELECT pg_try_advisory_xact_lock(:lock);

-- ── short keys ────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: short_keys
-- The keys of two days. :today :yesterday date.  Index: short_key_day_key
SELECT key_id, day, wrapped FROM short_key WHERE day IN (:today, :yesterday);

-- name: short_key^
-- One key; no row once it is deleted or lost. :key_id bigint.  Index: short_key_pkey
SELECT key_id, day, wrapped FROM short_key WHERE key_id = :key_id;

-- name: add_short_key!
-- A day's key; nothing where another process was first. :key_id bigint  :day date  :wrapped bytea  :expires_at timestamptz
INSERT INTO short_key (key_id, day, wrapped, expires_at) VALUES (:key_id, :day, :wrapped, :expires_at)
ON CONFLICT DO NOTHING;

-- ── the audit trail ───────────────────────────────────────────────────────────────────────────────────────────────

-- name: add_audit_entry!
-- An entry, with the caller's transaction. :entry_id uuid  :t timestamptz  :actor :action :reference text  :counts jsonb as text
WITH entry AS (
    INSERT INTO audit_entry (entry_id, at, actor, action, reference, counts)
    VALUES (:entry_id, :t, :actor, :action, :reference, :counts::jsonb)
    RETURNING entry_id
)
INSERT INTO audit_waiting (entry_id) SELECT entry_id FROM entry;

-- name: lock_audit!
-- One writer at a time; held until the transaction ends. :lock bigint
SELECT pg_advisory_xact_lock(:lock);

-- name: audit_end^
-- The last link, and what the head says of it; no row while both are missing.  Index: audit_link_pkey
SELECT l.seq, l.hash, h.seq AS head_seq, h.proof
  FROM (SELECT seq, hash FROM audit_link ORDER BY seq DESC LIMIT 1) l FULL JOIN audit_head h ON true;

-- name: waiting_entries
-- Entries to be chained, oldest first. :most integer
SELECT e.entry_id, e.at, e.actor, e.action, e.reference, e.counts::text AS counts
  FROM audit_waiting w JOIN audit_entry e USING (entry_id)
 ORDER BY e.at, e.entry_id LIMIT :most;

-- name: add_links!
-- :seqs bigint[]  :entries uuid[]  :hashes bytea[], in one order
INSERT INTO audit_link (seq, entry_id, hash)
SELECT * FROM unnest(:seqs::bigint[], :entries::uuid[], :hashes::bytea[]);

-- name: drop_waiting!
-- :entries uuid[].  Index: audit_waiting_pkey
DELETE FROM audit_waiting WHERE entry_id = ANY (:entries::uuid[]);

-- name: set_audit_head!
-- :seq bigint  :proof bytea
INSERT INTO audit_head (seq, proof) VALUES (:seq, :proof)
ON CONFLICT (head) DO UPDATE SET seq = EXCLUDED.seq, proof = EXCLUDED.proof;

-- name: audit_chain
-- Every link with its entry; nulls where the entry is gone.  Index: audit_link_pkey, audit_entry_pkey
SELECT l.seq, l.hash, l.entry_id, e.at, e.actor, e.action, e.reference, e.counts::text AS counts
  FROM audit_link l LEFT JOIN audit_entry e USING (entry_id) ORDER BY l.seq;

-- name: loose_entries^
-- Entries that wait, and entries that are neither chained nor waiting.
SELECT count(w.entry_id) AS waiting, count(*) FILTER (WHERE w.entry_id IS NULL) AS lost
  FROM audit_entry e LEFT JOIN audit_link l USING (entry_id) LEFT JOIN audit_waiting w ON w.entry_id = e.entry_id
 WHERE l.entry_id IS NULL;

-- ── rotation of seal keys ─────────────────────────────────────────────────────────────────────────────────────────

-- name: sealed_under
-- How many boxes begin with each header (version and key id).  Index: phone_seal
SELECT substr(sealed, 1, 9) AS header, count(*) AS boxes FROM phone GROUP BY 1
 UNION ALL
SELECT substr(token, 1, 9), count(*) FROM carrier_account, unnest(tokens) AS token GROUP BY 1
 UNION ALL
SELECT substr(token, 1, 9), count(*) FROM client GROUP BY 1
 UNION ALL
SELECT substr(body, 1, 9), count(*) FROM message WHERE body IS NOT NULL GROUP BY 1
 UNION ALL
SELECT substr(sealed, 1, 9), count(*) FROM media GROUP BY 1
 UNION ALL
SELECT substr(sealed, 1, 9), count(*) FROM proof GROUP BY 1
 UNION ALL
SELECT substr(sealed, 1, 9), count(*) FROM person WHERE sealed IS NOT NULL GROUP BY 1
 UNION ALL
SELECT substr(wrapped, 1, 9), count(*) FROM short_key GROUP BY 1;

-- name: anything_old$
-- Whether anything but a short key is sealed with an older key. :header bytea, nine bytes.  Index: phone_seal, message_body, person_seal
SELECT EXISTS (SELECT FROM phone WHERE substr(sealed, 1, 9) < :header OR substr(sealed, 1, 9) > :header)
    OR EXISTS (SELECT FROM carrier_account, unnest(tokens) AS token WHERE substr(token, 1, 9) <> :header)
    OR EXISTS (SELECT FROM client WHERE substr(token, 1, 9) <> :header)
    OR EXISTS (SELECT FROM message WHERE body IS NOT NULL AND substr(body, 1, 9) <> :header)
    OR EXISTS (SELECT FROM media WHERE substr(sealed, 1, 9) <> :header)
    OR EXISTS (SELECT FROM person WHERE substr(sealed, 1, 9) < :header OR substr(sealed, 1, 9) > :header);

-- name: old_phones
-- Phones sealed with an older key, after (:tenant, :id). :header bytea  :most integer.  Index: phone_pkey
SELECT tenant, phone_id AS id, sealed AS box FROM phone
 WHERE (tenant, phone_id) > (:tenant, :id) AND substr(sealed, 1, 9) <> :header
 ORDER BY tenant, phone_id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED;

-- name: reseal_phones!
-- :tenants uuid[]  :ids uuid[]  :boxes bytea[], in one order.  Index: phone_pkey
UPDATE phone p SET sealed = new.box
  FROM unnest(:tenants::uuid[], :ids::uuid[], :boxes::bytea[]) AS new (tenant, phone_id, box)
 WHERE p.tenant = new.tenant AND p.phone_id = new.phone_id;

-- name: old_clients
-- Clients whose token is sealed with an older key: parameters and columns as of old_phones
SELECT tenant, client_id AS id, token AS box FROM client
 WHERE (tenant, client_id) > (:tenant, :id) AND substr(token, 1, 9) <> :header
 ORDER BY tenant, client_id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED;

-- name: reseal_clients!
-- As reseal_phones.  Index: client_pkey
UPDATE client c SET token = new.box
  FROM unnest(:tenants::uuid[], :ids::uuid[], :boxes::bytea[]) AS new (tenant, client_id, box)
 WHERE c.tenant = new.tenant AND c.client_id = new.client_id;

-- name: old_messages
-- Texts whose words are sealed with an older key: as old_phones.  Index: message_pkey
SELECT tenant, message_id AS id, body AS box FROM message
 WHERE (tenant, message_id) > (:tenant, :id) AND body IS NOT NULL AND substr(body, 1, 9) <> :header
 ORDER BY tenant, message_id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED;

-- name: reseal_messages!
-- As reseal_phones.  Index: message_pkey
UPDATE message m SET body = new.box
  FROM unnest(:tenants::uuid[], :ids::uuid[], :boxes::bytea[]) AS new (tenant, message_id, box)
 WHERE m.tenant = new.tenant AND m.message_id = new.message_id;

-- name: old_media
-- What came with texts, sealed with an older key: as old_phones.  Index: media_pkey
SELECT tenant, media_id AS id, sealed AS box FROM media
 WHERE (tenant, media_id) > (:tenant, :id) AND substr(sealed, 1, 9) <> :header
 ORDER BY tenant, media_id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED;

-- name: reseal_media!
-- As reseal_phones.  Index: media_pkey
UPDATE media m SET sealed = new.box
  FROM unnest(:tenants::uuid[], :ids::uuid[], :boxes::bytea[]) AS new (tenant, media_id, box)
 WHERE m.tenant = new.tenant AND m.media_id = new.media_id;

-- name: old_people
-- People's numbers sealed with an older key: as old_phones, with no tenant.  Index: person_pkey
SELECT :tenant::uuid AS tenant, person_id AS id, sealed AS box FROM person
 WHERE person_id > :id AND substr(sealed, 1, 9) <> :header
 ORDER BY person_id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED;

-- name: reseal_people!
-- As reseal_phones, but for a number that was given up meanwhile.  Index: person_pkey
UPDATE person p SET sealed = new.box
  FROM unnest(:tenants::uuid[], :ids::uuid[], :boxes::bytea[]) AS new (tenant, person_id, box)
 WHERE p.person_id = new.person_id AND p.sealed IS NOT NULL;

-- name: old_accounts
-- Carrier accounts with a token sealed with an older key, after :account. :header bytea  :most integer
SELECT account_id, tokens FROM carrier_account
 WHERE account_id > :account AND EXISTS (SELECT FROM unnest(tokens) AS token WHERE substr(token, 1, 9) <> :header)
 ORDER BY account_id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED;

-- name: reseal_account!
-- :account uuid  :tokens bytea[]
UPDATE carrier_account SET tokens = :tokens::bytea[] WHERE account_id = :account;

-- ── rekeying ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: lock_keyed_tables!
-- Nobody writes a number key while they are all moved; readers go on.
LOCK TABLE phone, proxy_number, block, session_block, claim, opt_out, service_opt_out, named_number, person
  IN SHARE ROW EXCLUSIVE MODE;

-- name: phone_number_keys
SELECT tenant, phone_id, number_key FROM phone;

-- name: move_phone!
-- :tenant :phone_id uuid[]  :new_number_key bytea[], in one order.  Index: phone_pkey
UPDATE phone p SET number_key = new.key
  FROM unnest(:tenant::uuid[], :phone_id::uuid[], :new_number_key::bytea[]) AS new (tenant, phone_id, key)
 WHERE p.tenant = new.tenant AND p.phone_id = new.phone_id;

-- name: proxy_number_number_keys
SELECT number_id, number_key FROM proxy_number;

-- name: move_proxy_number!
-- :number_id uuid[]  :new_number_key bytea[], in one order.  Index: proxy_number_number_id_key
UPDATE proxy_number n SET number_key = new.key
  FROM unnest(:number_id::uuid[], :new_number_key::bytea[]) AS new (number_id, key)
 WHERE n.number_id = new.number_id;

-- name: block_number_keys
SELECT tenant, phone_id, party_key FROM block;

-- name: move_block!
-- :tenant :phone_id uuid[]  :party_key :new_party_key bytea[], in one order.  Index: block_pkey
UPDATE block b SET party_key = new.key
  FROM unnest(:tenant::uuid[], :phone_id::uuid[], :party_key::bytea[], :new_party_key::bytea[])
       AS new (tenant, phone_id, old, key)
 WHERE b.tenant = new.tenant AND b.phone_id = new.phone_id AND b.party_key = new.old;

-- name: session_block_number_keys
SELECT tenant, service_id, phone_id, party_key FROM session_block;

-- name: move_session_block!
-- :tenant :service_id :phone_id uuid[]  :party_key :new_party_key bytea[], in one order.  Index: session_block_pkey
UPDATE session_block b SET party_key = new.key
  FROM unnest(:tenant::uuid[], :service_id::uuid[], :phone_id::uuid[], :party_key::bytea[], :new_party_key::bytea[])
       AS new (tenant, service_id, phone_id, old, key)
 WHERE b.tenant = new.tenant AND b.service_id = new.service_id AND b.phone_id = new.phone_id AND b.party_key = new.old;

-- name: claim_number_keys
-- Tag 03 is an owner or a session party; the other tags hold no number key.
SELECT tenant, number_id, party_key, peer_key FROM claim
 WHERE substr(party_key, 1, 1) = '\x03' OR peer_key IS NOT NULL;

-- name: move_claim!
-- :tenant :number_id uuid[]  :party_key :new_party_key :new_peer_key bytea[], in one order.  Index: claim_pkey
UPDATE claim c SET party_key = new.key, peer_key = new.peer
  FROM unnest(:tenant::uuid[], :number_id::uuid[], :party_key::bytea[], :new_party_key::bytea[], :new_peer_key::bytea[])
       AS new (tenant, number_id, old, key, peer)
 WHERE c.tenant = new.tenant AND c.number_id = new.number_id AND c.party_key = new.old;

-- name: opt_out_number_keys
SELECT tenant, number_key FROM opt_out;

-- name: move_opt_out!
-- :tenant uuid[]  :number_key :new_number_key bytea[], in one order.  Index: opt_out_pkey
UPDATE opt_out o SET number_key = new.key
  FROM unnest(:tenant::uuid[], :number_key::bytea[], :new_number_key::bytea[]) AS new (tenant, old, key)
 WHERE o.tenant = new.tenant AND o.number_key = new.old;

-- name: service_opt_out_number_keys
SELECT tenant, service_id, number_key FROM service_opt_out;

-- name: move_service_opt_out!
-- :tenant :service_id uuid[]  :number_key :new_number_key bytea[], in one order.  Index: service_opt_out_pkey
UPDATE service_opt_out o SET number_key = new.key
  FROM unnest(:tenant::uuid[], :service_id::uuid[], :number_key::bytea[], :new_number_key::bytea[])
       AS new (tenant, service_id, old, key)
 WHERE o.tenant = new.tenant AND o.service_id = new.service_id AND o.number_key = new.old;

-- name: named_number_number_keys
SELECT number_ref, number_key FROM named_number;

-- name: move_named_number!
-- :number_ref uuid[]  :new_number_key bytea[], in one order.  Index: named_number_pkey
UPDATE named_number n SET number_key = new.key
  FROM unnest(:number_ref::uuid[], :new_number_key::bytea[]) AS new (ref, key)
 WHERE n.number_ref = new.ref;

-- name: person_number_keys
SELECT person_id, number_key FROM person WHERE number_key IS NOT NULL;

-- name: move_person!
-- :person_id uuid[]  :new_number_key bytea[], in one order.  Index: person_pkey
UPDATE person p SET number_key = new.key
  FROM unnest(:person_id::uuid[], :new_number_key::bytea[]) AS new (person_id, key)
 WHERE p.person_id = new.person_id;

-- name: keyed_columns
-- Every column of the schema that by its name holds a keyed hash.
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = current_schema() AND data_type = 'bytea' AND column_name LIKE '%\_key'
 ORDER BY table_name, column_name;
