-- What callerid/owners/store.py asks: the owners of numbers, opt-outs, businesses, numbers given back.

-- ── the proven owner ──────────────────────────────────────────────────────────────────────────────────────────────

-- name: take_number$
-- The row of a number, made where there is none, and locked. :number_key bytea  :ref uuid.  Index: named_number_number_key_key
SELECT name_taken(:number_key, :ref);

-- name: prove_number$
-- Somebody proved it: `same`, `first` or `new`; see name_proven(). :t timestamptz  :ref uuid  :owners bytea[]
-- :roots integer[]  :week :suspected integer
SELECT name_proven(:t, :ref, :owners::bytea[], :roots::integer[], :week, :suspected);

-- name: hold_number$
-- The row of a number, locked; null where it has none. :number_key bytea.  Index: named_number_number_key_key
SELECT number_ref FROM named_number WHERE number_key = :number_key FOR UPDATE;

-- name: prove_again!
-- Its owner of before proved it again, after a carrier said that it was given back. :ref uuid  :week integer
-- Index: named_number_pkey
UPDATE named_number SET owned_week = :week WHERE number_ref = :ref AND owned_week IS NULL;

-- name: given_back$
-- Whether a carrier said that a number was given back, and nobody proved it since. :ref uuid.  Index: named_number_pkey
SELECT disconnected_week IS NOT NULL AND owned_week IS NULL FROM named_number WHERE number_ref = :ref;

-- name: pass_on!
-- It changed hands; see name_passed_on(). :t timestamptz  :ref uuid  :week :suspected integer  :stays_hidden boolean
SELECT name_passed_on(:t, :ref, :week, :suspected, :stays_hidden);

-- name: leave_number!
-- Its holder moved to another; see name_left(). :t timestamptz  :ref uuid  :week :suspected integer
SELECT name_left(:t, :ref, :week, :suspected);

-- name: week_given_back$
-- When a number was last given back, as far as we know. :number_key bytea.  Index: named_number_number_key_key
SELECT disconnected_week FROM named_number WHERE number_key = :number_key;

-- name: own_number^
-- A number as its owner sees it, with their business and what they may see of its names.
-- :ref uuid.  Index: named_number_pkey, name_owner_pkey, name_business_number_ref_key
SELECT n.number_ref, n.name, n.status, n.hidden, n.own_name, n.says_name, n.verified_name, n.savers, n.spam, n.spam_kind,
       n.owned_week, o.circulating::text AS circulating, o.renewed_at,
       b.business_id, b.name AS business_name, b.category, b.evidence, b.state AS business_state, b.asked_at, b.decided_at, b.until
  FROM named_number n LEFT JOIN name_owner o USING (number_ref) LEFT JOIN name_business b USING (number_ref)
 WHERE n.number_ref = :ref;

-- name: set_asked!
-- The owner looked: what they may see is renewed on ticks for some weeks. :ref uuid  :week integer.  Index: name_owner_pkey
UPDATE name_owner SET asked_week = :week WHERE number_ref = :ref AND asked_week < :week;

-- name: set_own_name!
-- :ref uuid  :name text; null takes it back, and it is spoken no more.  Index: named_number_pkey
UPDATE named_number SET own_name = :name, says_name = says_name AND :name::text IS NOT NULL, dirty = true
 WHERE number_ref = :ref;

-- name: set_hidden!
-- :ref uuid  :hidden boolean.  Index: named_number_pkey
UPDATE named_number SET hidden = :hidden, dirty = true WHERE number_ref = :ref AND hidden <> :hidden;

-- name: set_says_name!
-- :ref uuid  :says boolean.  Index: named_number_pkey
UPDATE named_number SET says_name = :says WHERE number_ref = :ref;

-- name: spoken_name$
-- What a caller's number is called in the masked calls that they make, if they said so. :number_key bytea
-- Index: named_number_number_key_key
SELECT coalesce(verified_name, own_name) FROM named_number
 WHERE number_key = :number_key AND says_name AND NOT hidden;

-- name: strike$
-- Strikes a name out for good, in whichever clusters its spelling stands now: they may have been sorted anew since its
-- owner saw it. The number's row is locked. Returns how many clusters. :ref uuid  :cluster smallint  :spelling text
-- Index: name_cluster_pkey, name_spelling_pkey
WITH meant AS (
    SELECT s.cluster FROM name_spelling s WHERE s.number_ref = :ref AND s.spelling = :spelling
     UNION
    SELECT c.cluster FROM name_cluster c
     WHERE c.number_ref = :ref AND c.cluster = :cluster
       AND NOT EXISTS (SELECT FROM name_spelling s WHERE s.number_ref = :ref AND s.spelling = :spelling)
       AND NOT EXISTS (SELECT FROM name_spelling s WHERE s.number_ref = :ref AND s.cluster = :cluster)
), struck AS (
    UPDATE name_cluster c SET struck = true FROM meant m
     WHERE c.number_ref = :ref AND c.cluster = m.cluster RETURNING c.cluster
)
SELECT count(*) FROM struck;

-- name: show_strikes!
-- The row tells that names are struck out, and shows none of them. After `strike`, in one transaction with it.
-- :ref uuid.  Index: named_number_pkey
UPDATE named_number SET strikes = true, name = name, dirty = true WHERE number_ref = :ref;

-- ── what goes round, renewed on the tick ──────────────────────────────────────────────────────────────────────────

-- name: owners_due
-- Numbers whose owners looked lately and whose picture is older than the tick, after :after. :asked integer, the week since
-- which they looked  :tick timestamptz  :most integer.  Index: name_owner_asked
SELECT number_ref FROM name_owner
 WHERE asked_week >= :asked AND number_ref > :after AND (renewed_at IS NULL OR renewed_at < :tick)
 ORDER BY number_ref LIMIT :most;

-- name: spellings_of
-- Spellings of some numbers, with how many people wrote it so since the number was last given back, if ever, and whether it
-- is struck out. What only a former holder was called is left out, unless look-ups show it.
-- :refs uuid[].  Index: named_number_pkey, name_spelling_pkey, name_tag_pkey
SELECT s.number_ref, s.cluster, s.spelling, w.tags, c.struck
  FROM unnest(:refs::uuid[]) AS r (ref)
  JOIN named_number n ON n.number_ref = r.ref
  JOIN name_spelling s ON s.number_ref = n.number_ref
  JOIN name_cluster c ON c.number_ref = s.number_ref AND c.cluster = s.cluster
 CROSS JOIN LATERAL (
    SELECT CASE WHEN n.disconnected_week IS NULL THEN s.tags ELSE (
        SELECT count(*)::integer FROM name_tag g
         WHERE g.number_ref = s.number_ref AND g.cluster = s.cluster AND g.form = s.form AND g.week > n.disconnected_week
    ) END AS tags) w
 WHERE s.tags > 0 AND (w.tags > 0 OR c.struck OR s.cluster = n.cluster)
 ORDER BY s.number_ref, s.cluster, w.tags DESC, s.form;

-- name: shown_clusters
-- Of some numbers the cluster that look-ups show, where the crowd chose it. :refs uuid[].  Index: named_number_pkey
SELECT n.number_ref, n.cluster FROM unnest(:refs::uuid[]) AS r (ref) JOIN named_number n ON n.number_ref = r.ref
 WHERE n.cluster IS NOT NULL;

-- name: keep_circulating!
-- :refs uuid[]  :bodies text[], JSON, in one order  :tick timestamptz.  Index: name_owner_pkey
UPDATE name_owner o SET circulating = new.body::jsonb, renewed_at = :tick
  FROM unnest(:refs::uuid[], :bodies::text[]) AS new (ref, body)
 WHERE o.number_ref = new.ref AND (o.renewed_at IS NULL OR o.renewed_at < :tick);

-- name: set_circulating!
-- A name in an owner's picture was struck out. :ref uuid  :body text, JSON.  Index: name_owner_pkey
UPDATE name_owner SET circulating = :body::jsonb WHERE number_ref = :ref;

-- ── businesses ────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: ask_business$
-- An owner asks, anew where they asked before; a verified one stays as it is until :renewed before its end, and is then
-- shown until that end all the same. Returns its id, null where it stays.
-- :business :ref :person uuid  :name :category :evidence text  :t timestamptz  :renewed interval
-- Index: name_business_number_ref_key
INSERT INTO name_business AS b (business_id, number_ref, person_id, name, category, evidence, state, asked_at)
VALUES (:business, :ref, :person, :name, :category, :evidence, 'asked', :t)
ON CONFLICT (number_ref) DO UPDATE
   SET business_id = EXCLUDED.business_id, person_id = EXCLUDED.person_id, name = EXCLUDED.name,
       category = EXCLUDED.category, evidence = EXCLUDED.evidence, state = 'asked', asked_at = EXCLUDED.asked_at,
       decided_at = NULL, until = CASE WHEN b.state IN ('asked', 'verified') THEN b.until END
 WHERE b.state <> 'verified' OR b.until - :renewed::interval <= :t
RETURNING business_id;

-- name: businesses
-- Those in a state, the longest waiting first. :state text  :most integer
SELECT business_id, number_ref, name, category, evidence, state, asked_at, decided_at, until
  FROM name_business WHERE state = :state ORDER BY asked_at, business_id LIMIT :most;

-- name: business_number$
-- The number of a business. :business uuid.  Index: name_business_pkey
SELECT number_ref FROM name_business WHERE business_id = :business;

-- name: lock_number!
-- Every word of an owner waits here. :ref uuid.  Index: named_number_pkey
SELECT FROM named_number WHERE number_ref = :ref FOR UPDATE;

-- name: business^
-- :business uuid.  Index: name_business_pkey
SELECT business_id, number_ref, person_id, name, category, evidence, state, asked_at, decided_at, until
  FROM name_business WHERE business_id = :business;

-- name: decide_business!
-- :business uuid  :state text  :t :until timestamptz.  Index: name_business_pkey
UPDATE name_business SET state = :state, decided_at = :t, until = :until WHERE business_id = :business;

-- name: set_verified_name!
-- :ref uuid  :name text; null where it is verified no longer.  Index: named_number_pkey
UPDATE named_number SET verified_name = :name, dirty = true WHERE number_ref = :ref;

-- name: withdraw_business$
-- Its owner takes it back. Returns whether there was one. :ref uuid.  Index: name_business_number_ref_key
WITH gone AS (DELETE FROM name_business WHERE number_ref = :ref RETURNING 1) SELECT count(*) > 0 FROM gone;

-- name: expired_businesses
-- Those whose time is over, also where somebody asked anew. :t timestamptz  :most integer.  Index: name_business_ends
SELECT business_id, number_ref FROM name_business
 WHERE until <= :t AND state IN ('asked', 'verified') ORDER BY until LIMIT :most;

-- name: lapse_business!
-- Its time was over before somebody checked it anew: it waits on. :business uuid.  Index: name_business_pkey
UPDATE name_business SET until = NULL WHERE business_id = :business;

-- ── numbers given back ────────────────────────────────────────────────────────────────────────────────────────────

-- name: give_back^
-- known, news, ended: counts; see names_given_back(). :t timestamptz  :keys bytea[]  :weeks integer[]  :dry boolean
-- Index: named_number_number_key_key
SELECT * FROM names_given_back(:t, :keys::bytea[], :weeks::integer[], :dry);

-- ── a person's rights ─────────────────────────────────────────────────────────────────────────────────────────────

-- name: number_row$
-- The row of a number, if there is one. :number_key bytea.  Index: named_number_number_key_key
SELECT number_ref FROM named_number WHERE number_key = :number_key;

-- name: names_since
-- Names that went round at or after a week: of each the commonest spelling, and how many people use it in all.
-- :ref uuid  :week integer.  Index: name_cluster_pkey, name_spelling_pkey, name_tag_pkey
SELECT c.cluster, c.struck, c.tags, s.spelling
  FROM name_cluster c
 CROSS JOIN LATERAL (SELECT w.spelling FROM name_spelling w WHERE w.number_ref = c.number_ref AND w.cluster = c.cluster
                      ORDER BY w.tags DESC, w.form LIMIT 1) s
 WHERE c.number_ref = :ref
   AND (c.struck OR EXISTS (SELECT FROM name_tag g
                             WHERE g.number_ref = c.number_ref AND g.cluster = c.cluster AND g.last_week >= :week))
 ORDER BY c.tags DESC, c.cluster;

-- name: erase_names$
-- Every name that people gave a number. Returns the rows removed. What waits to be merged is sealed: its number is hidden,
-- so that none of it is ever shown. :ref uuid
-- Index: name_tag_pkey, name_cluster_pkey
WITH tags AS (DELETE FROM name_tag WHERE number_ref = :ref RETURNING 1),
     clusters AS (DELETE FROM name_cluster WHERE number_ref = :ref RETURNING 1)
SELECT (SELECT count(*) FROM tags) + (SELECT count(*) FROM clusters);

-- name: erase_owner$
-- What an owner said, and asked for. Returns the rows removed. :ref uuid.  Index: name_owner_pkey, name_business_number_ref_key
WITH owner AS (DELETE FROM name_owner WHERE number_ref = :ref RETURNING 1),
     business AS (DELETE FROM name_business WHERE number_ref = :ref RETURNING 1)
SELECT (SELECT count(*) FROM owner) + (SELECT count(*) FROM business);

-- name: blank_number!
-- The number's row afterwards: a key, and that nothing may be shown. :ref uuid.  Index: named_number_pkey
UPDATE named_number SET hidden = true, own_name = NULL, says_name = false, verified_name = NULL, owned_week = NULL,
       strikes = false, savers = 0, dirty = true
 WHERE number_ref = :ref;
