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

-- What was spent on 30 days, the newest first, moved on to a later day.
-- $1 spent  $2 the newest day in it  $3 today
CREATE OR REPLACE FUNCTION lookup_days(p_spent integer[], p_day integer, p_today integer) RETURNS integer[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_today <= p_day THEN p_spent
                WHEN p_today >= p_day + 30 THEN array_fill(0, ARRAY[30])
                ELSE array_fill(0, ARRAY[p_today - p_day]) || p_spent[1:30 - p_today + p_day] END
$$;

-- Spends points of several budgets, of all of them or of none.
--
-- $1 today  $2 whose  $3 points each has a day and $4 in a window; null: no limit  $5 days of the window
-- $6 points that must be left  $7 points spent. Where $7 is more than $6 a budget ends up to $7 - $6 below nothing: what
-- a look-up costs is known only when its answer is, and must not decide whether there is one.
-- refused: the first budget that has too little left, its place in $2; null where all were spent. free_in: after how many
-- days it has enough again. today, in_window: what the first had spent before.
-- Whose rows are locked in one order, until the transaction ends. A crash of Postgres may forgive what was spent in the
-- last half second: the commit does not wait for the disk (docs/lookups.md). Index: lookup_budget_pkey
CREATE OR REPLACE FUNCTION lookup_spend(
    p_day integer, p_askers uuid[], p_a_day integer[], p_a_window integer[], p_window integer, p_least integer,
    p_cost integer, OUT refused integer, OUT free_in integer, OUT today integer, OUT in_window integer
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE v_found integer;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    LOOP
        SELECT count(*), min(l.place) FILTER (WHERE l.days[1] + p_least > l.a_day OR w.spent + p_least > l.a_window),
               max(l.days[1]) FILTER (WHERE l.place = 1), max(w.spent) FILTER (WHERE l.place = 1)
          INTO v_found, refused, today, in_window
          FROM (SELECT a.place, a.a_day, a.a_window, lookup_days(b.spent, b.day, p_day) AS days
                  FROM unnest(p_askers, p_a_day, p_a_window) WITH ORDINALITY a(asker, a_day, a_window, place)
                  JOIN lookup_budget b ON b.asker = a.asker
                 ORDER BY b.asker FOR NO KEY UPDATE OF b) l
         CROSS JOIN LATERAL (SELECT sum(s) AS spent FROM unnest(l.days[1:p_window]) s) w;
        EXIT WHEN v_found = cardinality(p_askers);
        INSERT INTO lookup_budget (asker, spent, day)
        SELECT a, array_fill(0, ARRAY[30]), p_day FROM unnest(p_askers) a ORDER BY a ON CONFLICT DO NOTHING;
    END LOOP;
    IF refused IS NULL THEN
        UPDATE lookup_budget b
           SET spent = (SELECT ARRAY[d[1] + p_cost] || d[2:30] FROM lookup_days(b.spent, b.day, p_day) d),
               day = greatest(b.day, p_day)
         WHERE b.asker = ANY (p_askers);
    ELSE
        SELECT min(k) INTO free_in
          FROM (SELECT lookup_days(b.spent, b.day, p_day) AS days FROM lookup_budget b WHERE b.asker = p_askers[refused]) l
         CROSS JOIN generate_series(1, p_window) k
         WHERE coalesce((SELECT sum(s) FROM unnest(l.days[1:p_window - k]) s), 0) + p_least
               <= coalesce(p_a_window[refused], 2147483647);
    END IF;
END $$;

-- Looks a number up and charges the budgets, in one round trip.
--
-- $1 t  $2 today  $3 number key  $4 whose budgets, the asker's own first  $5 points a day and $6 in 30 days, null: no
-- limit  $7 block and $8 mark of the number for this asker  $9 numbers of one block that may be asked for in 30 days
-- A number asked for before in 30 days is free, and nothing is written then. Else it costs one point, or two where
-- nothing is shown: for what is hidden, withheld and unknown alike. Nothing is shown to whom `refused` tells why not:
-- the place of a budget in $4, or 0 for numbers side by side (until then). today, in_window: points that the asker has
-- spent, this look-up left out.
-- Index: named_number_number_key_key, lookup_mark_pkey, lookup_budget_pkey
CREATE OR REPLACE FUNCTION name_lookup(
    p_t timestamptz, p_day integer, p_key bytea, p_askers uuid[], p_a_day integer[], p_a_month integer[],
    p_block bigint, p_mark bigint, p_near integer,
    OUT name text, OUT names jsonb, OUT confidence real, OUT status text, OUT spam real, OUT spam_kind text,
    OUT refused integer, OUT free_in integer, OUT until timestamptz, OUT today integer, OUT in_window integer,
    OUT cost integer
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- as above
AS $$
DECLARE
    v_known boolean;
    v_near  integer;
BEGIN
    SELECT s.*, m.known, b.blocked_until, b.days[1], (SELECT sum(x) FROM unnest(b.days) x)
      INTO name, names, confidence, status, spam, spam_kind, v_known, until, today, in_window
      FROM (SELECT count(*) > 0 AS known FROM lookup_mark k
             WHERE k.asker = p_askers[1] AND k.block = p_block AND k.mark = p_mark AND k.day > p_day - 30) m
      LEFT JOIN name_shown(p_key) s ON true
      LEFT JOIN (SELECT l.blocked_until, lookup_days(l.spent, l.day, p_day) AS days
                   FROM lookup_budget l WHERE l.asker = p_askers[1]) b ON true;
    cost := 0;
    IF v_known THEN
        RETURN;
    ELSIF until > p_t THEN
        refused := 0;
    ELSE
        cost := CASE WHEN name IS NULL AND spam_kind IS NULL THEN 2 ELSE 1 END;
        SELECT l.* INTO refused, free_in, today, in_window
          FROM lookup_spend(p_day, p_askers, p_a_day, p_a_month, 30, 1, cost) l;
        IF refused IS NULL THEN  -- the asker's row is locked from here on
            SELECT count(*) INTO v_near FROM lookup_mark k
             WHERE k.asker = p_askers[1] AND k.block = p_block AND k.mark <> p_mark AND k.day > p_day - 30;
            IF v_near >= p_near THEN
                refused := 0;
                until := p_t + interval '1 day';
                UPDATE lookup_budget SET blocked_until = until WHERE asker = p_askers[1];
            ELSE
                INSERT INTO lookup_mark AS k (asker, block, mark, day) VALUES (p_askers[1], p_block, p_mark, p_day)
                ON CONFLICT (asker, block, mark) DO UPDATE SET day = greatest(k.day, p_day);
            END IF;
        END IF;
    END IF;
    IF refused IS NOT NULL THEN
        name := NULL; names := NULL; confidence := NULL; status := NULL; spam := NULL; spam_kind := NULL;
    END IF;
END $$;
