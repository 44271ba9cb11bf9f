-- Names: rows enter the inbox, generations close, and somebody takes back what they gave.

-- A batch of one person's rows is about to be written: which generation is theirs to enter.
--
-- $1 queue  $2 a fresh id, should none be open  $3 person  $4 rows  $5 age, $6 book and $7 attested, as ranking means them
-- Until the transaction ends nobody closes the generation.
CREATE OR REPLACE FUNCTION name_inbox_enter(
    p_queue smallint, p_fresh uuid, p_person uuid, p_rows integer, p_age smallint, p_book smallint, p_attested boolean
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_open uuid;
BEGIN
    INSERT INTO name_inbox_head (queue, generation) VALUES (p_queue, p_fresh) ON CONFLICT (queue) DO NOTHING;
    SELECT h.generation INTO v_open FROM name_inbox_head h WHERE h.queue = p_queue FOR UPDATE;
    INSERT INTO name_giver AS g (generation, person_id, rows, age, book, attested)
    VALUES (v_open, p_person, p_rows, p_age, p_book, p_attested)
    ON CONFLICT (generation, person_id) DO UPDATE SET rows = g.rows + excluded.rows;
    RETURN v_open;
END $$;

-- Closes a queue's open generation, so that it may be merged, where enough people cover each other in it: at least so
-- many, none of whom gave more than half of it.
--
-- $1 queue  $2 a fresh id, for the next generation  $3 people  $4 whether the caller can open pages: where it cannot,
-- nothing is closed of which a page is a part
CREATE OR REPLACE FUNCTION name_inbox_close(p_queue smallint, p_fresh uuid, p_people integer, p_opens boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_open    uuid;
    v_covered boolean;
BEGIN
    SELECT h.generation INTO v_open FROM name_inbox_head h WHERE h.queue = p_queue FOR UPDATE;
    SELECT count(*) >= p_people AND max(g.rows) * 2 <= sum(g.rows) INTO v_covered
      FROM name_giver g WHERE g.generation = v_open AND g.rows > 0;
    IF NOT p_opens THEN
        v_covered := v_covered AND NOT EXISTS (SELECT FROM name_inbox i WHERE i.queue = 3 AND i.generation = v_open);
    END IF;
    IF v_covered THEN
        UPDATE name_inbox_head h SET generation = p_fresh WHERE h.queue = p_queue;
    END IF;
    RETURN coalesce(v_covered, false);
END $$;

-- The same, as the version before asks for it, which knows nothing of pages.
CREATE OR REPLACE FUNCTION name_inbox_close(p_queue smallint, p_fresh uuid, p_people integer) RETURNS boolean
LANGUAGE sql AS $$ SELECT name_inbox_close(p_queue, p_fresh, p_people, false) $$;

-- Takes back one person's tags and marks of some numbers, and what waits of them. Counters, spellings and cards follow.
--
-- $1 numbers' references and $2 tokens, in one order; a number may come several times  $3 places in the inbox
-- Locks rows of the inbox first, then numbers in their order, as the merge does. A second run removes nothing.
CREATE OR REPLACE FUNCTION name_delist(p_refs uuid[], p_tokens bytea[], p_places bytea[])
RETURNS TABLE (tags integer, marks integer, waiting integer) LANGUAGE plpgsql AS $$
DECLARE
    v_refs     uuid[];
    v_clusters smallint[];
    v_forms    smallint[];
    v_lost     integer[];
    v_marked   uuid[];
BEGIN
    DELETE FROM name_inbox i WHERE i.queue IN (0, 1, 2) AND i.place = ANY (p_places);
    GET DIAGNOSTICS waiting = ROW_COUNT;
    PERFORM FROM named_number n WHERE n.number_ref = ANY (p_refs) ORDER BY n.number_ref FOR NO KEY UPDATE;
    WITH gone AS (
        DELETE FROM name_tag t USING unnest(p_refs, p_tokens) AS g (number_ref, token)
         WHERE t.number_ref = g.number_ref AND t.token = g.token
        RETURNING t.number_ref, t.cluster, t.form
    ), counted AS (
        SELECT o.number_ref, o.cluster, o.form, count(*)::integer AS lost FROM gone o GROUP BY 1, 2, 3
    )
    SELECT coalesce(sum(k.lost), 0), coalesce(array_agg(k.number_ref), '{}'), array_agg(k.cluster), array_agg(k.form),
           array_agg(k.lost)
      INTO tags, v_refs, v_clusters, v_forms, v_lost FROM counted k;
    PERFORM names_counted_down(v_refs, v_clusters, v_forms, v_lost);
    WITH gone AS (
        DELETE FROM spam_mark m USING unnest(p_refs, p_tokens) AS g (number_ref, token)
         WHERE m.number_ref = g.number_ref AND m.token = g.token
        RETURNING m.number_ref
    )
    SELECT count(*), coalesce(array_agg(DISTINCT o.number_ref), '{}') INTO marks, v_marked FROM gone o;
    PERFORM names_withdrawn(v_refs);
    UPDATE named_number n SET dirty = true WHERE n.number_ref = ANY (v_refs || v_marked) AND NOT n.dirty;
    RETURN NEXT;
END $$;

-- Spellings and clusters have lost tags. Where nobody is left they go; a struck cluster stays, so that it stays struck.
--
-- $1 numbers' references, $2 clusters and $3 spellings, in one order, each spelling once  $4 how many it lost
-- Few rows of large tables: hash and merge joins, which read all of them, are not thought of.
CREATE OR REPLACE FUNCTION names_counted_down(p_refs uuid[], p_clusters smallint[], p_forms smallint[], p_lost integer[])
RETURNS void LANGUAGE sql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    MERGE INTO name_cluster c
    USING (SELECT w.ref, w.cluster, sum(w.lost)::integer AS lost
             FROM unnest(p_refs, p_clusters, p_lost) AS w (ref, cluster, lost) GROUP BY 1, 2) AS k
       ON (c.number_ref, c.cluster) = (k.ref, k.cluster)
     WHEN MATCHED AND c.tags = k.lost AND NOT c.struck THEN DELETE
     WHEN MATCHED THEN UPDATE SET tags = c.tags - k.lost, state = NULL;
    MERGE INTO name_spelling s
    USING unnest(p_refs, p_clusters, p_forms, p_lost) AS f (ref, cluster, form, lost)
       ON (s.number_ref, s.cluster, s.form) = (f.ref, f.cluster, f.form)
     WHEN MATCHED AND s.tags = f.lost
      AND NOT (SELECT c.struck FROM name_cluster c WHERE (c.number_ref, c.cluster) = (f.ref, f.cluster)) THEN DELETE
     WHEN MATCHED THEN UPDATE SET tags = s.tags - f.lost;
$$;

-- The same, and what waits of them in pages, which whoever asks has opened.
--
-- $4 person  $5 their pages' labels  $6 of each page its generation, $7 what stays of it, null for nothing, $8 how many
-- contacts are gone from it. They cover nobody any more.
CREATE OR REPLACE FUNCTION name_delist(
    p_refs uuid[], p_tokens bytea[], p_places bytea[], p_person uuid, p_labels bytea[], p_generations uuid[], p_boxes bytea[],
    p_lost integer[]
) RETURNS TABLE (tags integer, marks integer, waiting integer) LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(p_generations) > 0 THEN
        DELETE FROM name_inbox i WHERE i.queue = 3 AND i.place = ANY (p_labels);
        INSERT INTO name_inbox (queue, generation, place, box)
        SELECT 3, w.generation, p_labels[1], w.box FROM unnest(p_generations, p_boxes) AS w (generation, box)
         WHERE w.box IS NOT NULL;
        UPDATE name_giver g SET rows = g.rows - l.lost
          FROM (SELECT w.generation, sum(w.lost)::integer AS lost
                  FROM unnest(p_generations, p_lost) AS w (generation, lost) GROUP BY 1) AS l
         WHERE g.generation = l.generation AND g.person_id = p_person;
    END IF;
    SELECT d.tags, d.marks, d.waiting + (SELECT coalesce(sum(l), 0) FROM unnest(p_lost) AS l)
      INTO tags, marks, waiting FROM name_delist(p_refs, p_tokens, p_places) AS d;
    RETURN NEXT;
END $$;

-- Spellings and clusters of some numbers that nobody uses any more go. A struck one stays, so that it stays struck.
-- $1 numbers' references
CREATE OR REPLACE FUNCTION names_emptied(p_refs uuid[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM name_spelling s USING name_cluster c
     WHERE s.number_ref = ANY (p_refs) AND s.tags = 0 AND NOT c.struck
       AND (c.number_ref, c.cluster) = (s.number_ref, s.cluster);
    DELETE FROM name_cluster c WHERE c.number_ref = ANY (p_refs) AND c.tags = 0 AND NOT c.struck;
$$;

-- How many different devices and networks are behind some tags of a cluster; who has none counts alone. Three and more
-- groups are told as two.
-- $1 number's reference  $2 cluster  $3 how many tags are looked at
CREATE OR REPLACE FUNCTION names_sources(p_ref uuid, p_cluster smallint, p_most integer)
RETURNS TABLE (devices bigint, networks bigint) LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE t.device IS NULL) + (min(t.device) IS NOT NULL)::integer
           + coalesce(min(t.device) < max(t.device), false)::integer,
           count(*) FILTER (WHERE t.network IS NULL) + (min(t.network) IS NOT NULL)::integer
           + coalesce(min(t.network) < max(t.network), false)::integer
      FROM (SELECT w.device, w.network FROM name_tag w
             WHERE w.number_ref = p_ref AND w.cluster = p_cluster LIMIT p_most) AS t
$$;

-- Cards of some numbers whose crowd has fewer than two independent people left behind the name go at once; the next tick
-- shows what is still true. Mostly four tags tell that there are two; 64 tell whether there are.
-- $1 numbers' references
CREATE OR REPLACE FUNCTION names_withdrawn(p_refs uuid[]) RETURNS void
LANGUAGE sql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
    WITH doubted AS MATERIALIZED (
        SELECT n.number_ref, n.cluster
          FROM named_number n CROSS JOIN LATERAL names_sources(n.number_ref, n.cluster, 4) AS held
         WHERE n.number_ref = ANY (p_refs) AND n.status IN ('crowd', 'confirmed') AND least(held.devices, held.networks) < 2
    ), unheld AS MATERIALIZED (
        SELECT d.number_ref FROM doubted d CROSS JOIN LATERAL names_sources(d.number_ref, d.cluster, 64) AS held
         WHERE least(held.devices, held.networks) < 2
    )
    UPDATE named_number n
       SET name = CASE n.status WHEN 'confirmed' THEN n.own_name END,
           names = NULL, cluster = NULL, confidence = 0, savers = 0, dirty = true,
           status = CASE WHEN n.status = 'confirmed' AND n.own_name IS NOT NULL THEN 'self-declared' ELSE 'unknown' END
      FROM unheld u WHERE n.number_ref = u.number_ref;
$$;
