-- Look-ups of names and their budgets (CALLERID 6: 8, 27, 28). A day is a UTC day, counted from 1970-01-01.

-- What is shown of a number: one row, all null where nothing is. One index read, the same for every number: an unknown
-- one reads the row that follows it in the index, so that it costs what a hidden one costs, to the page.
-- $1 number key. Index: named_number_number_key_key
CREATE OR REPLACE FUNCTION name_shown(p_key bytea) RETURNS TABLE (
    name text, names jsonb, confidence real, status text, spam real, spam_kind text
) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN n.there THEN n.said END, CASE WHEN n.there AND n.said = n.name THEN n.names END,
           CASE WHEN n.there THEN CASE WHEN n.verified_name IS NULL THEN n.confidence ELSE 1 END END,
           CASE WHEN n.there AND n.said IS NOT NULL THEN
               CASE WHEN n.verified_name IS NOT NULL THEN 'verified' WHEN n.name IS NULL THEN 'self-declared'
                    ELSE n.status END
           END,
           CASE WHEN n.there THEN n.spam END, CASE WHEN n.there THEN n.spam_kind END
      FROM (SELECT r.*, coalesce(r.verified_name, r.name, r.own_name) AS said,
                   r.number_key = p_key AND NOT r.hidden
                   AND coalesce(r.verified_name, r.name, r.own_name, r.spam_kind) IS NOT NULL AS there
              FROM named_number r WHERE r.number_key >= p_key ORDER BY r.number_key LIMIT 1) n
$$;

-- Moves budgets on to a later day. $1 today  $2 whose  $3 days of the window. Index: lookup_budget_pkey
CREATE OR REPLACE FUNCTION lookup_roll(p_day integer, p_askers uuid[], p_window integer) RETURNS void LANGUAGE sql AS $$
    WITH late AS MATERIALIZED (
        SELECT asker FROM lookup_budget WHERE asker = ANY (p_askers) AND day < p_day ORDER BY asker FOR NO KEY UPDATE
    )
    UPDATE lookup_budget b
       SET day = p_day, today = 0, before = n.days, sum_before = (SELECT sum(x) FROM unnest(n.days) x)
      FROM late
     CROSS JOIN LATERAL (
         SELECT (array_fill(0, ARRAY[least(p_day - o.day, p_window) - 1]) || o.today || o.before)[1:p_window - 1] AS days
           FROM lookup_budget o WHERE o.asker = late.asker) n
     WHERE b.asker = late.asker AND b.day < p_day;
$$;

-- Spends points of several budgets, of all of them or of none.
--
-- $1 today  $2 whose  $3 points each has a day and $4 in a window; null: no limit  $5 days of the window
-- $6 points that must be left  $7 points spent; where they are more than $6, a budget may end up below nothing
-- refused: the first budget that has too little left, its place in $2; null where all were spent. free_in: after how many
-- days it has enough again. today, in_window: what the first had spent before.
-- Rows are locked in one order, until the transaction ends. A crash of Postgres may forgive what was spent in the last
-- half second: the commit does not wait for the disk (docs/lookups.md). Index: lookup_budget_pkey
CREATE OR REPLACE FUNCTION lookup_spend(
    p_day integer, p_askers uuid[], p_a_day integer[], p_a_window integer[], p_window integer, p_least integer,
    p_cost integer, OUT refused integer, OUT free_in integer, OUT today integer, OUT in_window integer
) LANGUAGE plpgsql AS $$
DECLARE
    v_spent uuid[];
    v       lookup_budget;
    v_set   text := set_config('synchronous_commit', 'off', true);  -- an expression is cheaper than a PERFORM
BEGIN
    WITH spent AS (
        INSERT INTO lookup_budget AS b (asker, day, today, before, sum_before)
        SELECT a, p_day, p_cost, array_fill(0, ARRAY[p_window - 1]), 0
          FROM unnest(p_askers, p_a_day, p_a_window) l(a, a_day, a_window)
         WHERE p_least <= coalesce(least(a_day, a_window), p_least) ORDER BY a
        ON CONFLICT (asker) DO UPDATE SET today = b.today + p_cost
         WHERE b.day >= p_day
           AND b.today + p_least <= coalesce(p_a_day[array_position(p_askers, b.asker)], 2147483647)
           AND b.sum_before + b.today + p_least <= coalesce(p_a_window[array_position(p_askers, b.asker)], 2147483647)
        RETURNING b.asker, b.today, b.sum_before
    )
    SELECT array_agg(s.asker), max(s.today - p_cost) FILTER (WHERE s.asker = p_askers[1]),
           max(s.today - p_cost + s.sum_before) FILTER (WHERE s.asker = p_askers[1])
      INTO v_spent, today, in_window FROM spent s;
    IF cardinality(v_spent) = cardinality(p_askers) THEN
        RETURN;
    END IF;
    PERFORM lookup_refund(v_spent, p_cost);
    IF EXISTS (SELECT FROM lookup_budget b WHERE b.asker = ANY (p_askers) AND b.day < p_day) THEN
        PERFORM lookup_roll(p_day, p_askers, p_window);  -- once a day
        SELECT s.* INTO refused, free_in, today, in_window
          FROM lookup_spend(p_day, p_askers, p_a_day, p_a_window, p_window, p_least, p_cost) s;
        RETURN;
    END IF;
    SELECT min(place) INTO refused FROM unnest(p_askers) WITH ORDINALITY a(asker, place)
     WHERE asker <> ALL (coalesce(v_spent, '{}'));
    SELECT b.* INTO v FROM lookup_budget b WHERE b.asker = p_askers[1];
    today := coalesce(v.today, 0);
    in_window := today + coalesce(v.sum_before, 0);
    SELECT min(k) INTO free_in FROM generate_series(1, p_window) k
      LEFT JOIN lookup_budget b ON b.asker = p_askers[refused]
     WHERE p_a_window[refused] IS NULL OR k = p_window
        OR (SELECT sum(x) FROM unnest((b.today || b.before)[1:p_window - k]) x) + p_least <= p_a_window[refused];
END $$;

-- Gives points back. $1 whose  $2 how many
CREATE OR REPLACE FUNCTION lookup_refund(p_askers uuid[], p_points integer) RETURNS void LANGUAGE sql AS $$
    UPDATE lookup_budget SET today = today - p_points WHERE asker = ANY (p_askers);
$$;

-- Looks a number up and charges the budgets, in one round trip.
--
-- $1 t  $2 today  $3 number key  $4 the asker  $5 its points a day and $6 in 30 days, null: no limit  $7 whose budgets it
-- shares with others, with $8 and $9 theirs; null: nobody's  $10 block and $11 mark of the number for this asker
-- $12 numbers of one block that may be asked for in 30 days
-- A number asked for before in 30 days is free, and nothing is written then. Else it costs one point, or two where
-- nothing is shown: for what is hidden, withheld and unknown alike. One point must be left, whatever it will cost: what
-- a look-up costs may not decide whether it is answered. Nothing is shown to whom `refused` tells why not: the place of
-- a budget, the asker's own being 1, with the days until it has some again (free_in), or 0 for numbers side by side
-- (until then). today, in_window: points that the asker has spent before; cost: now.
-- Index: named_number_number_key_key, lookup_mark_pkey, lookup_budget_pkey
CREATE OR REPLACE FUNCTION name_lookup(
    p_t timestamptz, p_day integer, p_key bytea, p_asker uuid, p_a_day integer, p_a_month integer, p_shared uuid[],
    p_shared_a_day integer[], p_shared_a_month integer[], p_block bigint, p_mark bigint, p_near integer,
    OUT name text, OUT names jsonb, OUT confidence real, OUT status text, OUT spam real, OUT spam_kind text,
    OUT refused integer, OUT free_in integer, OUT until timestamptz, OUT today integer, OUT in_window integer,
    OUT cost integer
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_paid integer;
    v_day  integer;
BEGIN
    SELECT s.*, m.days[array_position(m.marks, p_mark)], b.blocked_until, b.day, b.today, b.today + b.sum_before
      INTO name, names, confidence, status, spam, spam_kind, v_paid, until, v_day, today, in_window
      FROM (SELECT) one
      LEFT JOIN name_shown(p_key) s ON true
      LEFT JOIN lookup_mark m ON m.asker = p_asker AND m.block = p_block
      LEFT JOIN lookup_budget b ON b.asker = p_asker;
    IF v_day < p_day THEN  -- nothing was paid for today
        SELECT 0, sum(x) INTO today, in_window
          FROM lookup_budget b, unnest((b.today || b.before)[1:30 - p_day + b.day]) x WHERE b.asker = p_asker;
    END IF;
    cost := 0;
    IF v_paid > p_day - 30 THEN
        RETURN;
    ELSIF until > p_t THEN
        refused := 0;
    ELSE
        cost := CASE WHEN name IS NULL AND spam_kind IS NULL THEN 2 ELSE 1 END;
        SELECT s.* INTO refused, free_in, today, in_window
          FROM lookup_spend(p_day, p_asker || p_shared, p_a_day || p_shared_a_day, p_a_month || p_shared_a_month,
                            30, 1, cost) s;
        IF refused IS NULL THEN
            FOR v_try IN 1..2 LOOP
                INSERT INTO lookup_mark AS m (asker, block, marks, days, day)
                VALUES (p_asker, p_block, ARRAY[p_mark], ARRAY[p_day], p_day)
                ON CONFLICT (asker, block) DO UPDATE
                   SET marks = m.marks || p_mark, days = m.days || p_day, day = p_day
                 WHERE cardinality(m.marks) < p_near AND p_mark <> ALL (m.marks);
                IF FOUND THEN
                    RETURN;
                END IF;
                PERFORM lookup_forget(p_asker, p_block, p_day - 30);  -- what is too old makes room
            END LOOP;
            PERFORM lookup_refund(p_asker || p_shared, cost);
            cost := 0;
            IF EXISTS (SELECT FROM lookup_mark m
                        WHERE m.asker = p_asker AND m.block = p_block AND p_mark = ANY (m.marks)) THEN
                RETURN;  -- somebody asked for it with the same account in this very moment
            END IF;
            refused := 0;
            until := p_t + interval '1 day';
            UPDATE lookup_budget SET blocked_until = until WHERE asker = p_asker;
        END IF;
    END IF;
    name := NULL; names := NULL; confidence := NULL; status := NULL; spam := NULL; spam_kind := NULL;
END $$;

-- As processes of the version before ask: $4 all budgets, the asker's own first  $5 $6 their points.
CREATE OR REPLACE FUNCTION name_lookup(
    p_t timestamptz, p_day integer, p_key bytea, p_askers uuid[], p_a_day integer[], p_a_month integer[],
    p_block bigint, p_mark bigint, p_near integer,
    OUT name text, OUT names jsonb, OUT confidence real, OUT status text, OUT spam real, OUT spam_kind text,
    OUT refused integer, OUT free_in integer, OUT until timestamptz, OUT today integer, OUT in_window integer,
    OUT cost integer
) LANGUAGE sql AS $$
    SELECT * FROM name_lookup(p_t, p_day, p_key, p_askers[1], p_a_day[1], p_a_month[1], p_askers[2:], p_a_day[2:],
                              p_a_month[2:], p_block, p_mark, p_near)
$$;

-- Takes out of a block what would be paid for again. $1 asker  $2 block  $3 days up to this one
CREATE OR REPLACE FUNCTION lookup_forget(p_asker uuid, p_block bigint, p_day integer) RETURNS void LANGUAGE sql AS $$
    UPDATE lookup_mark m
       SET marks = ARRAY(SELECT u.mark FROM unnest(m.marks, m.days) WITH ORDINALITY u(mark, day, place)
                          WHERE u.day > p_day ORDER BY u.place),
           days = ARRAY(SELECT u.day FROM unnest(m.marks, m.days) WITH ORDINALITY u(mark, day, place)
                         WHERE u.day > p_day ORDER BY u.place)
     WHERE m.asker = p_asker AND m.block = p_block;
$$;
