-- Address books: what callerid/books asks. Lists of columns come in one order.

-- ── coming in ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: enter$
-- :queue smallint  :fresh uuid  :person uuid  :rows integer  :age :book smallint  :attested boolean. The generation.
SELECT name_inbox_enter(:queue::smallint, :fresh, :person, :rows, :age::smallint, :book::smallint, :attested);

-- name: put_page!
-- :generation uuid  :label :box bytea. A page of an address book; they lie in a queue of their own, 3.
INSERT INTO name_inbox (queue, generation, place, box) VALUES (3, :generation, :label, :box);

-- name: lock_person!
-- :lock bigint. One batch of a person's at a time, and none while they take everything back.
SELECT pg_advisory_xact_lock(:lock);

-- name: begin_receipt!
-- :person :upload uuid  :t to the hour  :contacts where it goes on  :fresh boolean, else it goes on with what was counted.
-- Index: book_receipt_pkey
INSERT INTO book_receipt AS r (person_id, upload_id, made_at, state, contacts)
VALUES (:person, :upload, :t, 'running', :contacts)
ON CONFLICT (person_id) DO UPDATE
   SET upload_id = excluded.upload_id, made_at = excluded.made_at, state = 'running', contacts = excluded.contacts,
       accepted = CASE WHEN :fresh::boolean THEN 0 ELSE r.accepted END,
       withheld = CASE WHEN :fresh THEN 0 ELSE r.withheld END,
       refused = CASE WHEN :fresh THEN '{}' ELSE r.refused END, removed = 0;

-- name: keep_receipt$
-- :person :upload uuid  :state text  :contacts :accepted :withheld :removed integer  :refused jsonb  :generation uuid or
-- null, which leaves what stands. Whether this upload is still the person's last. Index: book_receipt_pkey
WITH kept AS (
    UPDATE book_receipt
       SET state = :state, contacts = :contacts, accepted = :accepted, withheld = :withheld, removed = :removed,
           refused = :refused::jsonb, generation = coalesce(:generation, generation)
     WHERE person_id = :person AND upload_id = :upload RETURNING 1
)
SELECT EXISTS (SELECT FROM kept);

-- name: withdraw_receipt!
-- :person :upload uuid  :t to the hour  :state text  :removed integer. Index: book_receipt_pkey
INSERT INTO book_receipt (person_id, upload_id, made_at, state, removed) VALUES (:person, :upload, :t, :state, :removed)
ON CONFLICT (person_id) DO UPDATE
   SET upload_id = excluded.upload_id, made_at = excluded.made_at, state = excluded.state, contacts = 0, accepted = 0,
       withheld = 0, removed = excluded.removed, refused = '{}', generation = NULL;

-- name: receipt^
-- :person uuid. waits: its rows are in the inbox still. Index: book_receipt_pkey, name_giver_pkey
SELECT r.*, EXISTS (SELECT FROM name_giver g WHERE g.generation = r.generation AND g.person_id = r.person_id) AS waits
  FROM book_receipt r WHERE r.person_id = :person;

-- name: forget_receipt$
-- :person uuid. How many. Index: book_receipt_pkey
WITH gone AS (DELETE FROM book_receipt WHERE person_id = :person RETURNING 1) SELECT count(*) FROM gone;

-- name: leaves$
-- :person uuid. Whether they take everything back just now. Index: name_leaver_pkey
SELECT EXISTS (SELECT FROM name_leaver WHERE person_id = :person);

-- ── the merge ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: alone$
-- :lock bigint. Whether nobody else merges; until the transaction ends.
SELECT pg_try_advisory_xact_lock(:lock);

-- name: wait_alone!
-- :lock bigint
SELECT pg_advisory_xact_lock(:lock);

-- name: close$
-- :queue smallint  :fresh uuid  :people integer. Whether a generation was closed.
SELECT name_inbox_close(:queue::smallint, :fresh, :people, true);

-- name: take_pages
-- Pages of closed generations, out of the inbox. Waits for whoever takes something out of them. Index: name_inbox_place
DELETE FROM name_inbox i
 WHERE i.ctid = ANY (ARRAY (
       SELECT w.ctid FROM name_inbox w
        WHERE w.queue = 3 AND w.generation <> ALL (SELECT h.generation FROM name_inbox_head h WHERE h.queue = 0)
        ORDER BY w.place FOR UPDATE))
RETURNING i.generation, i.box;

-- name: closed_kinds
-- :queue smallint. Kinds of contributors in closed generations, and how many people are of each.
SELECT g.age, g.book, g.attested, count(*)::integer AS people
  FROM name_giver g
 WHERE g.generation IN (SELECT DISTINCT i.generation FROM name_inbox i WHERE i.queue = :queue)
   AND g.generation <> ALL (SELECT h.generation FROM name_inbox_head h) AND g.rows > 0
 GROUP BY 1, 2, 3;

-- name: take_rows
-- :queue smallint  :most integer. Rows of closed generations, out of the inbox, in the order of their parts, so that a
-- number's come together, and of their places; those of one place never apart. They are found once, and taken from where
-- they lie: a list of places would be looked for in each row. Index: name_inbox_part
DELETE FROM name_inbox i
 WHERE i.ctid = ANY (ARRAY (
       SELECT w.ctid FROM name_inbox w
        WHERE w.queue = :queue AND w.generation <> ALL (SELECT h.generation FROM name_inbox_head h WHERE h.queue = :queue)
        ORDER BY w.part, w.place FETCH FIRST (:most) ROWS WITH TIES))
RETURNING i.box;

-- name: settle_givers!
-- Whoever gave to a generation of which nothing is left in the inbox has been merged.
WITH over AS (
    DELETE FROM name_giver g
     WHERE g.generation <> ALL (SELECT h.generation FROM name_inbox_head h)
       AND g.generation <> ALL (SELECT DISTINCT i.generation FROM name_inbox i)
    RETURNING g.generation
)
UPDATE book_receipt r SET state = 'merged', generation = NULL
 WHERE r.generation IN (SELECT generation FROM over) AND r.state = 'waiting';

-- name: inbox
-- What waits for enough people: of each queue how many there are, and rows.
SELECT h.queue, count(g.*) FILTER (WHERE g.rows > 0)::integer AS people, coalesce(sum(g.rows), 0)::integer AS rows
  FROM name_inbox_head h LEFT JOIN name_giver g USING (generation) GROUP BY 1 ORDER BY 1;

-- name: add_numbers!
-- :refs uuid[]  :keys bytea[]. Those that stand already are left. Index: named_number_pkey, named_number_number_key_key
INSERT INTO named_number (number_ref, number_key)
SELECT * FROM unnest(:refs::uuid[], :keys::bytea[]) AS n (ref, key) ORDER BY n.ref ON CONFLICT DO NOTHING;

-- name: lock_numbers
-- :refs uuid[]. In their order, until the transaction ends. Index: named_number_pkey
SELECT number_ref, hidden FROM named_number WHERE number_ref = ANY (:refs::uuid[]) ORDER BY number_ref FOR NO KEY UPDATE;

-- name: tags
-- :refs uuid[]  :tokens bytea[]. Index: name_tag_pkey
SELECT t.* FROM name_tag t JOIN unnest(:refs::uuid[], :tokens::bytea[]) AS w (number_ref, token)
    ON (t.number_ref, t.token) = (w.number_ref, w.token);

-- name: put_tags!
-- Every column of name_tag. A newer name replaces the one that stood. Index: name_tag_pkey
INSERT INTO name_tag
SELECT * FROM unnest(:refs::uuid[], :tokens::bytea[], :clusters::smallint[], :forms::smallint[], :kinds::smallint[],
                     :weeks::integer[], :last_weeks::integer[], :ages::smallint[], :books::smallint[],
                     :attested::boolean[], :devices::integer[], :networks::integer[])
ON CONFLICT (number_ref, token) DO UPDATE
   SET (cluster, form, kind, week, last_week, age, book, attested, device, network)
     = (excluded.cluster, excluded.form, excluded.kind, excluded.week, excluded.last_week, excluded.age, excluded.book,
        excluded.attested, excluded.device, excluded.network);

-- name: drop_tags!
-- :refs uuid[]  :tokens bytea[]. Index: name_tag_pkey
DELETE FROM name_tag t USING unnest(:refs::uuid[], :tokens::bytea[]) AS w (number_ref, token)
 WHERE (t.number_ref, t.token) = (w.number_ref, w.token);

-- name: put_clusters!
-- :refs :clusters :tags :states text[], JSON. Index: name_cluster_pkey
INSERT INTO name_cluster (number_ref, cluster, tags, state)
SELECT w.number_ref, w.cluster, w.tags, w.state::jsonb
  FROM unnest(:refs::uuid[], :clusters::smallint[], :tags::integer[], :states::text[]) AS w (number_ref, cluster, tags, state)
ON CONFLICT (number_ref, cluster) DO UPDATE SET tags = excluded.tags, state = excluded.state;

-- name: put_spellings!
-- :refs :clusters :forms :spellings :tags. Index: name_spelling_pkey
INSERT INTO name_spelling
SELECT * FROM unnest(:refs::uuid[], :clusters::smallint[], :forms::smallint[], :spellings::text[], :tags::integer[])
ON CONFLICT (number_ref, cluster, form) DO UPDATE SET spelling = excluded.spelling, tags = excluded.tags;

-- name: drop_spellings!
-- :refs :clusters :forms. Index: name_spelling_pkey
DELETE FROM name_spelling s USING unnest(:refs::uuid[], :clusters::smallint[], :forms::smallint[]) AS w (ref, cluster, form)
 WHERE (s.number_ref, s.cluster, s.form) = (w.ref, w.cluster, w.form);

-- name: emptied!
-- :refs uuid[]
SELECT names_emptied(:refs::uuid[]);

-- name: put_marks!
-- Every column of spam_mark. Index: spam_mark_pkey
INSERT INTO spam_mark
SELECT * FROM unnest(:refs::uuid[], :tokens::bytea[], :spam::boolean[], :categories::smallint[], :weeks::integer[],
                     :ages::smallint[], :books::smallint[], :attested::boolean[], :devices::integer[],
                     :networks::integer[])
ON CONFLICT (number_ref, token) DO UPDATE
   SET (spam, category, week, age, book, attested, device, network)
     = (excluded.spam, excluded.category, excluded.week, excluded.age, excluded.book, excluded.attested,
        excluded.device, excluded.network);

-- name: drop_marks!
-- :refs uuid[]  :tokens bytea[]. Index: spam_mark_pkey
DELETE FROM spam_mark m USING unnest(:refs::uuid[], :tokens::bytea[]) AS w (number_ref, token)
 WHERE (m.number_ref, m.token) = (w.number_ref, w.token);

-- name: unmark$
-- :ref uuid  :tokens bytea[]  :places bytea[]. One person's mark on one number goes, also where it waits. How many.
-- Index: spam_mark_pkey, name_inbox_place
WITH waiting AS (
    DELETE FROM name_inbox i WHERE i.queue = 2 AND i.place = ANY (:places::bytea[]) RETURNING 1
), gone AS (
    DELETE FROM spam_mark m WHERE m.number_ref = :ref AND m.token = ANY (:tokens::bytea[]) RETURNING m.number_ref
), marked AS (
    UPDATE named_number n SET dirty = true FROM gone g WHERE n.number_ref = g.number_ref
)
SELECT (SELECT count(*) FROM waiting) + (SELECT count(*) FROM gone);

-- name: make_dirty!
-- :refs uuid[]. Index: named_number_pkey
UPDATE named_number SET dirty = true WHERE number_ref = ANY (:refs::uuid[]) AND NOT dirty;
