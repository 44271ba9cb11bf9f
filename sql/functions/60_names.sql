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
-- $1 queue  $2 a fresh id, for the next generation  $3 people
CREATE OR REPLACE FUNCTION name_inbox_close(p_queue smallint, p_fresh uuid, p_people integer) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    v_open    uuid;
    v_covered boolean;
BEGIN
    SELECT h.generation INTO v_open FROM name_inbox_head h WHERE h.queue = p_queue FOR UPDATE;
    SELECT count(*) >= p_people AND max(g.rows) * 2 <= sum(g.rows) INTO v_covered
      FROM name_giver g WHERE g.generation = v_open;
    IF v_covered THEN
        UPDATE name_inbox_head h SET generation = p_fresh WHERE h.queue = p_queue;
    END IF;
    RETURN coalesce(v_covered, false);
END $$;

-- Takes back one person's tags and marks of some numbers, and what waits of them. Counters, spellings and cards follow.
--
-- $1 numbers' references and $2 tokens, in one order; a number may come several times  $3 places in the inbox
-- Locks rows of the inbox first, then numbers in their order, as the merge does. A second run removes nothing.
CREATE OR REPLACE FUNCTION name_delist(p_refs uuid[], p_tokens bytea[], p_places bytea[])
RETURNS TABLE (tags integer, marks integer, waiting integer) LANGUAGE plpgsql AS $$
DECLARE
    v_named  uuid[];
    v_marked uuid[];
BEGIN
    DELETE FROM name_inbox i WHERE i.queue IN (0, 1, 2) AND i.place = ANY (p_places);
    GET DIAGNOSTICS waiting = ROW_COUNT;
    PERFORM FROM named_number n WHERE n.number_ref = ANY (p_refs) ORDER BY n.number_ref FOR NO KEY UPDATE;
    WITH gone AS (
        DELETE FROM name_tag t USING unnest(p_refs, p_tokens) AS g (number_ref, token)
         WHERE t.number_ref = g.number_ref AND t.token = g.token
        RETURNING t.number_ref, t.cluster, t.form
    ), spelt AS (
        UPDATE name_spelling s SET tags = s.tags - f.lost
          FROM (SELECT o.number_ref, o.cluster, o.form, count(*)::integer AS lost FROM gone o GROUP BY 1, 2, 3) AS f
         WHERE (s.number_ref, s.cluster, s.form) = (f.number_ref, f.cluster, f.form)
    ), clustered AS (
        UPDATE name_cluster c SET tags = c.tags - k.lost, state = NULL
          FROM (SELECT o.number_ref, o.cluster, count(*)::integer AS lost FROM gone o GROUP BY 1, 2) AS k
         WHERE (c.number_ref, c.cluster) = (k.number_ref, k.cluster)
    )
    SELECT count(*), coalesce(array_agg(DISTINCT o.number_ref), '{}') INTO tags, v_named FROM gone o;
    WITH gone AS (
        DELETE FROM spam_mark m USING unnest(p_refs, p_tokens) AS g (number_ref, token)
         WHERE m.number_ref = g.number_ref AND m.token = g.token
        RETURNING m.number_ref
    )
    SELECT count(*), coalesce(array_agg(DISTINCT o.number_ref), '{}') INTO marks, v_marked FROM gone o;
    PERFORM names_emptied(v_named);
    UPDATE named_number n SET dirty = true WHERE n.number_ref = ANY (v_named || v_marked) AND NOT n.dirty;
    PERFORM names_withdrawn(v_named);
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

-- Cards of some numbers whose crowd has fewer than two independent people left behind the name go at once; the next tick
-- shows what is still true. 64 tags tell whether there are two.
-- $1 numbers' references
CREATE OR REPLACE FUNCTION names_withdrawn(p_refs uuid[]) RETURNS void LANGUAGE sql AS $$
    WITH unheld AS (
        SELECT n.number_ref FROM named_number n
         WHERE n.number_ref = ANY (p_refs) AND n.status IN ('crowd', 'confirmed')
           AND NOT EXISTS (
               SELECT FROM (SELECT t.* FROM name_tag t
                             WHERE t.number_ref = n.number_ref AND t.cluster = n.cluster LIMIT 64) AS s
               HAVING count(DISTINCT coalesce(int4send(s.device), s.token)) >= 2
                  AND count(DISTINCT coalesce(int4send(s.network), s.token)) >= 2)
    )
    UPDATE named_number n
       SET name = CASE n.status WHEN 'confirmed' THEN n.own_name END,
           names = NULL, cluster = NULL, confidence = 0, savers = 0,
           status = CASE WHEN n.status = 'confirmed' AND n.own_name IS NOT NULL THEN 'self-declared' ELSE 'unknown' END
      FROM unheld u WHERE n.number_ref = u.number_ref;
$$;
