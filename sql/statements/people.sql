-- People, their devices, and the codes that go to them: what admin/people asks.

-- name: own_tenant$
-- The installation's own tenant: the one that was there first.
SELECT tenant FROM tenant ORDER BY made_at, tenant LIMIT 1;

-- name: person_by_number^
-- Who has proven a number, for a change. Index: person_number_key_key
SELECT person_id, sealed, region, language, made_at, proven_at, seen_on, left_at, given_back_on FROM person
 WHERE number_key = :number_key FOR UPDATE;

-- name: person^
-- Index: person_pkey
SELECT person_id, sealed, region, language, made_at, proven_at, seen_on, left_at, given_back_on FROM person WHERE person_id = :person;

-- name: add_person$
-- A new person; null where the number is somebody's. Index: person_number_key_key
INSERT INTO person (person_id, number_key, sealed, region, language, made_at, proven_at, seen_on)
VALUES (:person, :number_key, :sealed, :region, :language, :t, :t, :today)
ON CONFLICT (number_key) DO NOTHING RETURNING person_id;

-- name: see_person!
-- Index: person_pkey
UPDATE person SET seen_on = :today WHERE person_id = :person;

-- name: move_person$
-- A person takes their account to another number; null where it is somebody's. Index: person_pkey, person_number_key_key
UPDATE person SET number_key = :number_key, sealed = :sealed, region = :region, proven_at = :t, seen_on = :today, left_at = NULL,
       given_back_on = NULL
 WHERE person_id = :person AND NOT EXISTS (SELECT FROM person p WHERE p.number_key = :number_key)
RETURNING person_id;

-- name: unnumber_person!
-- A person's number is somebody else's now. Index: person_pkey
UPDATE person SET number_key = NULL, sealed = NULL, left_at = :t WHERE person_id = :person;

-- name: describe_person!
-- :language, :region text, null for no change. Index: person_pkey
UPDATE person SET language = coalesce(:language::text, language), region = coalesce(:region::text, region)
 WHERE person_id = :person;

-- name: delete_person$
-- A person with everything that hangs on them; how many rows. Index: person_pkey, device_person, consent_pkey
WITH devices AS (
    DELETE FROM device WHERE person_id = :person RETURNING 1
), consents AS (
    DELETE FROM consent WHERE person_id = :person RETURNING 1
), gone AS (
    DELETE FROM person WHERE person_id = :person RETURNING 1
)
SELECT (SELECT count(*) FROM devices) + (SELECT count(*) FROM consents) + (SELECT count(*) FROM gone);

-- name: trim_devices!
-- Leaves a person the :most devices that were used last. Index: device_person
DELETE FROM device WHERE device_id IN (
    SELECT device_id FROM device WHERE person_id = :person ORDER BY used_on DESC, made_at DESC OFFSET :most);

-- name: add_device!
INSERT INTO device (device_id, person_id, token_hash, name, made_at, used_on)
VALUES (:device, :person, :token_hash, :name, :t, :today);

-- name: end_device!
-- Index: device_pkey
DELETE FROM device WHERE device_id = :device;

-- name: by_token^
-- Whose token this is, by its hashes under every token root. Index: device_token_hash_key, person_pkey
SELECT p.person_id, p.sealed, p.region, p.language, p.made_at, p.proven_at, p.seen_on, p.left_at, p.given_back_on,
       d.device_id, d.name, d.attested, d.made_at AS device_made_at, d.used_on, d.token_hash
  FROM device d JOIN person p USING (person_id) WHERE d.token_hash = ANY (:hashes::bytea[]);

-- name: rehash_device!
-- Index: device_pkey
UPDATE device SET token_hash = :token_hash WHERE device_id = :device AND token_hash = :former;

-- name: use_device!
-- The day's first use of a device. Index: device_pkey, person_pkey
WITH used AS (
    UPDATE device SET used_on = :today WHERE device_id = :device AND used_on < :today RETURNING person_id
)
UPDATE person SET seen_on = :today WHERE person_id IN (SELECT person_id FROM used) AND seen_on < :today;

-- name: devices
-- Where a person is signed in, the newest first. Index: device_person
SELECT device_id, name, attested, made_at AS device_made_at, used_on FROM device
 WHERE person_id = :person ORDER BY made_at DESC, device_id;

-- name: sign_out$
-- One device of a person, or all where :device is null; how many. Index: device_person
WITH gone AS (
    DELETE FROM device WHERE person_id = :person AND (:device::uuid IS NULL OR device_id = :device) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: count_new$
-- Notes that somebody is new on a number; whether it was noted before, within :window. Index: tally_pkey
SELECT tally_over(:t, :tenant, 'person-new', :subject, :window, 1);

-- name: person_for_rights^
-- A person by their account or, where none is given, by their number. Index: person_number_key_key, person_pkey
SELECT person_id, sealed, region, language, made_at, proven_at, seen_on, left_at, given_back_on FROM person
 WHERE person_id = :person::uuid OR (:person::uuid IS NULL AND number_key = :number_key::bytea);

-- name: proof_to_send^
-- Takes up a sending of a proof's code, once: no row where it was taken up, is used, or is over. Index: proof_pkey
UPDATE proof SET taken = :sending
 WHERE proof_id = :proof AND until > :t AND taken < :sending AND sent = :sending
RETURNING proof_id, purpose, sealed, way, language;

-- name: give_back_sending!
-- No carrier was reached: the next try may take it up. Index: proof_pkey
UPDATE proof SET taken = :sending - 1 WHERE proof_id = :proof AND taken = :sending;

-- name: senders
-- The shared numbers of a tenant that codes may come from, one for each carrier account, those of a country first.
-- Index: proxy_number_role
SELECT DISTINCT ON (n.country = :country, n.account_id) n.e164, n.number_id, n.account_id
  FROM proxy_number n
 WHERE n.tenant = :tenant AND n.removed_at IS NULL AND number_role(n, :t) = 'shared'
   AND CASE :way::text WHEN 'text' THEN n.texts ELSE n.voice END
 ORDER BY n.country = :country DESC, n.account_id, n.made_at, n.e164;

-- name: wants_no_texts$
-- Whether a number's holder texted STOP to us. :number_key as masking keys it. Index: opt_out_pkey
SELECT EXISTS (SELECT FROM opt_out WHERE tenant = :tenant AND number_key = :number_key);

-- name: place_proof!
-- A call that says a code: its record, before a carrier is asked.
INSERT INTO call (tenant, call_id, account_id, carrier_call, number_id, purpose, state, attempt, target, target_id, route,
                  started_at, closes_at)
VALUES (:tenant, :call, :account, :mark, :number, 'proof', 0, 1, 'proof', :proof, :route::jsonb, :t, :closes_at);

-- name: name_proof_call!
-- By which name the carrier knows it; null where it was never asked, or refused. Index: call_pkey
UPDATE call SET carrier_call = :carrier_call WHERE tenant = :tenant AND call_id = :call;

-- name: people_given_back$
-- Carriers said that numbers were given back: those that have an account are marked. How many. :keys bytea[]  :days date[]
-- Index: person_number_key_key
WITH told AS (
    UPDATE person p SET given_back_on = n.day FROM unnest(:keys::bytea[], :days::date[]) AS n (key, day)
     WHERE p.number_key = n.key AND (p.given_back_on IS NULL OR p.given_back_on < n.day) RETURNING 1
)
SELECT count(*) FROM told;

-- name: findable_people
-- Of numbers, those whose holder allows to be found by them. :keys bytea[]  :purpose :version, of the consent.
-- Index: person_number_key_key, consent_live
SELECT p.number_key, p.person_id, greatest(p.proven_at, c.given_at) AS since
  FROM person p JOIN consent c ON c.person_id = p.person_id AND c.purpose = :purpose AND c.version = :version::integer
                              AND c.withdrawn_at IS NULL
 WHERE p.number_key = ANY (:keys::bytea[]);
