-- What ranking needs of numbers, what is shown of them, and taking back. What callerid/books asks beside books.sql.

-- name: clusters
-- :refs uuid[]. Index: name_cluster_pkey
SELECT number_ref, cluster, tags, struck, state::text AS state FROM name_cluster WHERE number_ref = ANY (:refs::uuid[])
 ORDER BY number_ref, cluster;

-- name: spellings
-- :refs uuid[]. Index: name_spelling_pkey
SELECT number_ref, cluster, form, spelling, tags FROM name_spelling WHERE number_ref = ANY (:refs::uuid[])
 ORDER BY number_ref, cluster, form;

-- name: tags_to_count
-- :refs uuid[]  :clusters smallint[]. Tags of clusters that are to be counted anew. Index: name_tag_pkey
SELECT t.number_ref, t.cluster, t.kind, t.week, t.age, t.book, t.attested, t.device, t.network
  FROM name_tag t JOIN unnest(:refs::uuid[], :clusters::smallint[]) AS w (number_ref, cluster)
    ON (t.number_ref, t.cluster) = (w.number_ref, w.cluster);

-- name: marks
-- :refs uuid[]. Index: spam_mark_pkey
SELECT number_ref, spam, category, week, age, book, attested, device, network FROM spam_mark
 WHERE number_ref = ANY (:refs::uuid[]);

-- ── publication ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: due
-- :most integer. Numbers to be ranked again, in their order, until the transaction ends. Index: named_number_dirty
SELECT number_ref, hidden, own_name, verified_name, owned_week, disconnected_week FROM named_number
 WHERE dirty ORDER BY number_ref LIMIT :most FOR NO KEY UPDATE;

-- name: count_due$
-- Index: named_number_dirty
SELECT count(*) FROM named_number WHERE dirty;

-- name: add_company$
-- :since uuid  :most integer. Marks numbers whose turn it is not, so that nobody sees whose it was. Index: named_number_pkey
-- Waits for nobody.
WITH chosen AS (SELECT number_ref FROM named_number WHERE number_ref >= :since AND NOT dirty
                 ORDER BY number_ref LIMIT :most FOR NO KEY UPDATE SKIP LOCKED),
     marked AS (UPDATE named_number n SET dirty = true FROM chosen c WHERE n.number_ref = c.number_ref RETURNING 1)
SELECT count(*) FROM marked;

-- name: add_slice!
-- :since :until uuid. Every number comes up once a week, because names and marks age. Waits for nobody.
-- Index: named_number_pkey
WITH chosen AS (SELECT number_ref FROM named_number WHERE number_ref >= :since AND number_ref <= :until AND NOT dirty
                 ORDER BY number_ref FOR NO KEY UPDATE SKIP LOCKED)
UPDATE named_number n SET dirty = true FROM chosen c WHERE n.number_ref = c.number_ref;

-- name: put_cards!
-- What is shown of numbers, now ranked. Index: named_number_pkey
UPDATE named_number n
   SET name = w.name, names = w.names::jsonb, cluster = w.cluster, confidence = w.confidence, spam = w.spam,
       spam_kind = w.spam_kind, status = w.status, savers = w.savers, dirty = false
  FROM unnest(:refs::uuid[], :shown::text[], :names::text[], :clusters::smallint[], :confidences::real[], :spam::real[],
              :spam_kinds::text[], :statuses::text[], :savers::integer[])
       AS w (number_ref, name, names, cluster, confidence, spam, spam_kind, status, savers)
 WHERE n.number_ref = w.number_ref;

-- name: lay_clusters!
-- :refs uuid[]  :clusters smallint[]  :states text[], JSON, null for what stands. Rewrites the clusters of numbers that are
-- ranked, so that none shows whose change it was. Index: name_cluster_pkey
UPDATE name_cluster c SET state = coalesce(w.state::jsonb, c.state)
  FROM unnest(:refs::uuid[], :clusters::smallint[], :states::text[]) AS w (number_ref, cluster, state)
 WHERE (c.number_ref, c.cluster) = (w.number_ref, w.cluster);

-- name: lay_spellings!
-- :refs uuid[]. The same for their spellings. Index: name_spelling_pkey
UPDATE name_spelling SET tags = tags WHERE number_ref = ANY (:refs::uuid[]);

-- name: drop_unnamed!
-- :refs uuid[]. Numbers of which nothing is left, neither names nor marks nor anything that an owner said.
-- Index: named_number_pkey, name_tag_pkey, spam_mark_pkey, name_cluster_pkey
DELETE FROM named_number n
 WHERE n.number_ref = ANY (:refs::uuid[]) AND NOT n.hidden AND n.own_name IS NULL AND n.verified_name IS NULL
   AND n.owned_week IS NULL AND n.disconnected_week IS NULL
   AND NOT EXISTS (SELECT FROM name_tag t WHERE t.number_ref = n.number_ref)
   AND NOT EXISTS (SELECT FROM spam_mark m WHERE m.number_ref = n.number_ref)
   AND NOT EXISTS (SELECT FROM name_cluster c WHERE c.number_ref = n.number_ref);

-- name: newest_model^
-- Index: name_model_pkey
SELECT version, body::text AS body FROM name_model ORDER BY version DESC LIMIT 1;

-- name: put_model!
-- :body JSON  :t. The two newest are kept.
WITH newest AS (SELECT coalesce(max(version), 0) AS version FROM name_model),
     old AS (DELETE FROM name_model m USING newest n WHERE m.version < n.version)
INSERT INTO name_model (version, body, made_at) SELECT n.version + 1, :body::jsonb, :t FROM newest n;

-- name: stale_states$
-- Every cluster is counted anew at the next ranking. How many.
WITH forgotten AS (UPDATE name_cluster SET state = NULL WHERE state IS NOT NULL RETURNING number_ref),
     marked AS (UPDATE named_number n SET dirty = true WHERE NOT n.dirty RETURNING 1)
SELECT count(*) FROM forgotten;

-- ── taking back ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: delist^
-- :refs uuid[]  :tokens bytea[]  :places bytea[]; :person uuid  :labels bytea[]  :generations uuid[]  :boxes bytea[]
-- :lost integer[], what stays of their pages. tags, marks and waiting rows removed.
SELECT * FROM name_delist(:refs::uuid[], :tokens::bytea[], :places::bytea[], :person::uuid, :labels::bytea[],
                          :generations::uuid[], :boxes::bytea[], :lost::integer[]);

-- name: pages_of
-- :labels bytea[]. A person's pages that wait, locked: nobody makes rows of them meanwhile. Index: name_inbox_place
SELECT generation, box FROM name_inbox WHERE queue = 3 AND place = ANY (:labels::bytea[]) FOR UPDATE;

-- name: add_leaver!
-- :person uuid  :t  :account boolean. Index: name_leaver_pkey
INSERT INTO name_leaver (person_id, asked_at, account) VALUES (:person, :t, :account)
ON CONFLICT (person_id) DO UPDATE SET account = name_leaver.account AND excluded.account;

-- name: leavers
-- Whoever takes everything back just now.
SELECT person_id FROM name_leaver;

-- name: leaver^
-- :person uuid. Index: name_leaver_pkey
SELECT looked, removed, account FROM name_leaver WHERE person_id = :person FOR UPDATE;

-- name: look_on!
-- :person :looked uuid  :removed integer. Index: name_leaver_pkey
UPDATE name_leaver SET looked = :looked, removed = removed + :removed WHERE person_id = :person;

-- name: count_removed!
-- :person :removed integer. Index: name_leaver_pkey
UPDATE name_leaver SET removed = removed + :removed WHERE person_id = :person;

-- name: hits
-- :refs uuid[]  :tokens bytea[]. Which of these tags or marks stand. Index: name_tag_pkey, spam_mark_pkey
SELECT w.number_ref, w.token FROM unnest(:refs::uuid[], :tokens::bytea[]) AS w (number_ref, token)
 WHERE EXISTS (SELECT FROM name_tag t WHERE (t.number_ref, t.token) = (w.number_ref, w.token))
    OR EXISTS (SELECT FROM spam_mark m WHERE (m.number_ref, m.token) = (w.number_ref, w.token));

-- name: drop_leaver!
-- :person uuid. Index: name_leaver_pkey
DELETE FROM name_leaver WHERE person_id = :person;

-- name: drop_giver!
-- :person uuid. They cover nobody any more.
DELETE FROM name_giver WHERE person_id = :person;

-- name: waiting_rows
-- :place bytea, the mark  :most integer. What waits of a queue. Index: name_inbox_place
SELECT place, box FROM name_inbox WHERE queue = :queue AND place > :place ORDER BY place FETCH FIRST (:most) ROWS WITH TIES;

-- name: numbers_after
-- :looked uuid or null  :most integer. Index: named_number_pkey
SELECT number_ref FROM named_number WHERE number_ref > coalesce(:looked, '00000000-0000-0000-0000-000000000000'::uuid)
 ORDER BY number_ref LIMIT :most;

-- ── what must hold ──────────────────────────────────────────────────────────────────────────────────────────────────

-- name: broken
-- Counters that do not count, crowds of one, and rows that nothing holds: there are none. what, and number_ref.
SELECT 'a cluster counts wrongly' AS what, c.number_ref FROM name_cluster c
 WHERE c.tags <> (SELECT count(*) FROM name_tag t WHERE (t.number_ref, t.cluster) = (c.number_ref, c.cluster))
UNION ALL
SELECT 'a spelling counts wrongly', s.number_ref FROM name_spelling s
 WHERE s.tags <> (SELECT count(*) FROM name_tag t
                   WHERE (t.number_ref, t.cluster, t.form) = (s.number_ref, s.cluster, s.form))
UNION ALL
SELECT 'a tag has no spelling', t.number_ref FROM name_tag t
 WHERE NOT EXISTS (SELECT FROM name_spelling s
                    WHERE (s.number_ref, s.cluster, s.form) = (t.number_ref, t.cluster, t.form))
UNION ALL
SELECT 'a cluster is empty', c.number_ref FROM name_cluster c WHERE c.tags = 0 AND NOT c.struck
UNION ALL
SELECT 'a spelling is unused', s.number_ref FROM name_spelling s JOIN name_cluster c USING (number_ref, cluster)
 WHERE s.tags = 0 AND NOT c.struck
UNION ALL
SELECT 'a crowd has one member', n.number_ref FROM named_number n
 WHERE n.status = 'crowd'
   AND (SELECT count(DISTINCT coalesce(int4send(t.device), t.token)) FROM name_tag t
         WHERE t.number_ref = n.number_ref) < 2
UNION ALL
SELECT 'a card names a cluster that is gone', n.number_ref FROM named_number n
 WHERE n.cluster IS NOT NULL
   AND NOT EXISTS (SELECT FROM name_cluster c WHERE (c.number_ref, c.cluster) = (n.number_ref, n.cluster));
