-- Proof of a number: what privacy/proof.py asks.

-- name: proof_house^
-- For whom codes are sent: the tenant that was there first; whether it has a number to send them from; and whether the
-- number that one is asked for is ours. :number_key bytea, as masking keys it. Index: proxy_number_number_key_key
SELECT t.tenant,
       EXISTS (SELECT FROM proxy_number n
                WHERE n.tenant = t.tenant AND n.removed_at IS NULL AND number_role(n, :t) = 'shared') AS sends,
       EXISTS (SELECT FROM proxy_number n WHERE n.number_key = :number_key AND n.removed_at IS NULL) AS ours
  FROM tenant t ORDER BY t.made_at, t.tenant LIMIT 1;

-- name: drop_dead_proof!
-- A number's proof whose time or tries are over makes room for another. Index: proof_number_key_purpose_key
DELETE FROM proof WHERE number_key = :number_key AND purpose = :purpose AND (until <= :t OR tries >= :tries);

-- name: begin_proof$
-- A new proof; null where the number has one for this purpose. Index: proof_number_key_purpose_key
INSERT INTO proof (proof_id, purpose, number_key, sealed, place, way, language, made_at, sent_at, until, sent)
VALUES (:proof, :purpose, :number_key, :sealed, :place, :way, :language, :t, :t, :until, 0)
ON CONFLICT (number_key, purpose) DO NOTHING RETURNING proof_id;

-- name: live_proof^
-- A number's proof that can be used still, locked until the transaction ends. Index: proof_number_key_purpose_key
SELECT proof_id, sent, sent_at, until FROM proof
 WHERE number_key = :number_key AND purpose = :purpose AND until > :t AND tries < :tries FOR UPDATE;

-- name: proof_to_repeat^
-- Whose number a proof is of, for another try to send it; none once its time is over. Index: proof_pkey
SELECT sealed, language FROM proof WHERE proof_id = :proof AND purpose = :purpose AND until > :t;

-- name: send_proof$
-- A proof's code is sent again, or at first; how often so far. Index: proof_pkey
UPDATE proof SET sent = sent + 1, sent_at = :t, until = :until, way = :way, language = :language
 WHERE proof_id = :proof RETURNING sent;

-- name: count_sending$
-- Counts a code; whether there are now more than :most within :window. Index: tally_pkey
SELECT tally_over(:t, :tenant, :name, :subject, :window, :most);

-- name: spend^
-- Takes the price of a code from a day's money; no row where it does not suffice. Index: proof_spending_pkey
INSERT INTO proof_spending AS p (day, place, asked, used, spent) VALUES (:day, :place, :fresh, 0, :price)
ON CONFLICT (day, place) DO UPDATE SET asked = p.asked + :fresh, spent = p.spent + :price
 WHERE p.spent + :price <= :most
RETURNING asked, used;

-- name: open_proofs$
-- Proofs of a block of numbers whose codes may yet come back. Index: proof_place
SELECT count(*) FROM proof WHERE place = :place AND until > :t;

-- name: try_proof^
-- Counts a code that somebody entered, whatever it is; no row where there is no proof. Index: proof_pkey
UPDATE proof SET tries = least(tries + 1, 32767) WHERE proof_id = :proof AND purpose = :purpose AND until > :t
RETURNING tries, sealed, place, made_at, sent;

-- name: count_guess$
-- Counts a code that a network's people entered; whether there are now more than :most within :window. Index: tally_pkey
SELECT tally_over(:t, (SELECT tenant FROM tenant ORDER BY made_at, tenant LIMIT 1), :name, :subject, :window, :most);

-- name: take_back!
-- A code was used: it is no guess, and not among those that go unused. :times integer.  Index: tally_pkey
UPDATE tally SET count = greatest(count - :times, 0)
 WHERE tenant = (SELECT tenant FROM tenant ORDER BY made_at, tenant LIMIT 1) AND name = :name AND subject = :subject;

-- name: take_proof$
-- The right code was entered: the proof is used up, once. Index: proof_pkey
DELETE FROM proof WHERE proof_id = :proof RETURNING proof_id;

-- name: count_used!
-- A code came back. :places text[], locked in this order, as whoever pays for a code locks them. Index: proof_spending_pkey
WITH meant AS MATERIALIZED (
    SELECT p.ctid FROM unnest(:places::text[]) WITH ORDINALITY AS w (place, nth)
      JOIN proof_spending p ON p.day = :day AND p.place = w.place ORDER BY w.nth FOR UPDATE OF p
)
UPDATE proof_spending SET used = used + 1 WHERE ctid = ANY (ARRAY(SELECT ctid FROM meant));
