-- What a number's owner says stands above what the crowd says, in the row itself: whoever publishes, and whenever.

-- A name without what may differ between two ways of writing it.
CREATE OR REPLACE FUNCTION name_letters(p_name text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT regexp_replace(lower(p_name), '[[:space:][:punct:]’]+', '', 'g')
$$;

-- Runs before each write of a named_number. Hidden: no name stands in the row, so no look-up can show one, not even one
-- that comes between an owner's word and the next tick. A verified name, then the owner's own, stand above the crowd's; a
-- struck cluster never shows. A tick that read the row before the owner spoke writes after them, and changes nothing of it.
CREATE OR REPLACE FUNCTION name_owners_word() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_word   text := coalesce(NEW.verified_name, NEW.own_name);
    v_status text := CASE WHEN NEW.verified_name IS NOT NULL THEN 'verified' ELSE 'self-declared' END;
BEGIN
    IF NOT NEW.hidden AND v_word IS NOT NULL THEN
        IF name_letters(NEW.name) IS DISTINCT FROM name_letters(v_word)
           OR NEW.status <> v_status AND NOT (NEW.status = 'confirmed' AND v_status = 'self-declared') THEN
            NEW.status := v_status;
            NEW.names := NULL;
            NEW.confidence := CASE v_status WHEN 'verified' THEN 1 ELSE 0 END;
        END IF;
        NEW.name := v_word;
        NEW.cluster := CASE NEW.status WHEN 'confirmed' THEN NEW.cluster END;  -- a word that nobody else says is in none
    ELSIF NEW.hidden OR NEW.status IN ('verified', 'confirmed', 'self-declared')
          OR EXISTS (SELECT FROM name_cluster c
                      WHERE c.number_ref = NEW.number_ref AND c.cluster = NEW.cluster AND c.struck) THEN
        NEW.name := NULL;
        NEW.names := NULL;
        NEW.cluster := NULL;
        NEW.confidence := 0;
        NEW.status := 'unknown';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER name_owners_word
    BEFORE INSERT OR UPDATE OF name, names, cluster, confidence, status, hidden, own_name, verified_name ON named_number
    FOR EACH ROW EXECUTE FUNCTION name_owners_word();

-- The row of a number, made where there is none, and locked: every word of an owner waits for the one before it here.
-- $1 number key  $2 the reference it gets where it is new
CREATE OR REPLACE FUNCTION name_taken(p_key bytea, p_ref uuid) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_ref uuid;
BEGIN
    INSERT INTO named_number (number_ref, number_key) VALUES (p_ref, p_key) ON CONFLICT (number_key) DO NOTHING;
    SELECT n.number_ref INTO v_ref FROM named_number n WHERE n.number_key = p_key FOR UPDATE;
    RETURN v_ref;
END $$;

-- What an owner claimed of a number ends: they no longer hold it. What they refused (hidden, strikes) stays for now.
CREATE OR REPLACE FUNCTION name_disowned(p_t timestamptz, p_ref uuid) RETURNS void LANGUAGE sql AS $$
    DELETE FROM name_owner WHERE number_ref = p_ref;
    UPDATE name_business SET state = 'revoked', decided_at = p_t, until = NULL
     WHERE number_ref = p_ref AND state IN ('asked', 'verified');
    UPDATE named_number SET own_name = NULL, says_name = false, verified_name = NULL, owned_week = NULL, dirty = true
     WHERE number_ref = p_ref;
$$;

-- A new epoch: what was said up to the week was said of somebody else. Nothing shows until it is ranked again.
CREATE OR REPLACE FUNCTION name_epoch(p_ref uuid, p_week integer) RETURNS void LANGUAGE sql AS $$
    UPDATE named_number SET disconnected_week = greatest(disconnected_week, p_week), name = NULL, names = NULL,
           cluster = NULL, confidence = 0, status = 'unknown', spam = 0, spam_kind = NULL, dirty = true
     WHERE number_ref = p_ref;
    UPDATE name_cluster SET state = NULL WHERE number_ref = p_ref AND state IS NOT NULL;
$$;

-- What a former owner refused ends: whoever holds the number now decides.
CREATE OR REPLACE FUNCTION name_allowed(p_ref uuid) RETURNS void LANGUAGE sql AS $$
    DELETE FROM name_cluster WHERE number_ref = p_ref AND struck AND tags = 0;
    UPDATE name_cluster SET struck = false WHERE number_ref = p_ref AND struck;
    UPDATE named_number SET hidden = false, strikes = false, dirty = true WHERE number_ref = p_ref AND (hidden OR strikes);
$$;

-- Nobody is known to have a number any more whom we knew to. Its row is locked. What its holder claimed ends, and what it
-- names of them goes; an epoch begins with this week, so that a new owner's own word counts in it, unless carriers told of
-- one already, or people did within $4 weeks: numbers pass on no faster, and none is washed clean by passing on and back.
-- $3 week  $4 weeks before it in which what was said stands, where the number is suspected of spam, as the suspicion itself
-- does until it is ranked again: so nobody washes one clean by proving it under another account
CREATE OR REPLACE FUNCTION name_left(p_t timestamptz, p_ref uuid, p_week integer, p_suspected integer)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_number named_number;
BEGIN
    SELECT n.* INTO v_number FROM named_number n WHERE n.number_ref = p_ref;
    PERFORM name_disowned(p_t, p_ref);
    DELETE FROM name_business WHERE number_ref = p_ref;
    IF v_number.disconnected_week IS NULL
       OR v_number.owned_week IS NOT NULL AND v_number.disconnected_week < p_week - p_suspected THEN
        PERFORM name_epoch(p_ref, p_week - CASE WHEN v_number.spam >= 0.3 THEN p_suspected ELSE 1 END);
        UPDATE named_number SET spam = v_number.spam, spam_kind = v_number.spam_kind
         WHERE number_ref = p_ref AND v_number.spam >= 0.3;
    END IF;
END $$;

-- A number passed to somebody else, who decides. Its row is locked (name_taken). As name_left, and
-- $5 whether a hidden one stays hidden: its holder of before may have come back, and whoever else came can show it
CREATE OR REPLACE FUNCTION name_passed_on(
    p_t timestamptz, p_ref uuid, p_week integer, p_suspected integer, p_stays_hidden boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_hidden boolean := (SELECT n.hidden FROM named_number n WHERE n.number_ref = p_ref);
BEGIN
    PERFORM name_left(p_t, p_ref, p_week, p_suspected);
    PERFORM name_allowed(p_ref);
    UPDATE named_number SET owned_week = p_week, hidden = v_hidden AND p_stays_hidden WHERE number_ref = p_ref;
END $$;

-- As processes of the version before ask it.
CREATE OR REPLACE FUNCTION name_passed_on(p_t timestamptz, p_ref uuid, p_week integer, p_suspected integer)
RETURNS void LANGUAGE sql AS $$
    SELECT name_passed_on(p_t, p_ref, p_week, p_suspected, false);
$$;

-- Somebody proved a number. Its row is locked.
-- $1 t  $2 row  $3 who, under each token root, the newest first; empty for whoever does not sign in  $4 those roots
-- $5 $6 as name_passed_on. A mark under a root that is gone tells nothing: whoever comes counts as its owner.
-- Returns `same`, `first`, or `new` where an epoch begins with them.
CREATE OR REPLACE FUNCTION name_proven(
    p_t timestamptz, p_ref uuid, p_owners bytea[], p_roots integer[], p_week integer, p_suspected integer
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_number named_number;
    v_owner  bytea;
    v_told   text := 'same';
BEGIN
    SELECT n.* INTO v_number FROM named_number n WHERE n.number_ref = p_ref;
    SELECT o.owner INTO v_owner FROM name_owner o WHERE o.number_ref = p_ref AND o.root = ANY (p_roots);
    IF v_number.disconnected_week IS NOT NULL AND v_number.owned_week IS NULL  -- the first since it was given back
       OR cardinality(p_owners) > 0 AND v_owner <> ALL (p_owners) THEN
        v_told := 'new';
        PERFORM name_passed_on(p_t, p_ref, p_week, p_suspected);
    ELSIF cardinality(p_owners) > 0 AND v_owner IS NULL THEN
        v_told := 'first';
    END IF;
    UPDATE named_number SET owned_week = coalesce(owned_week, p_week) WHERE number_ref = p_ref;
    IF cardinality(p_owners) > 0 THEN
        INSERT INTO name_owner (number_ref, owner, root, proven_week, asked_week)
        VALUES (p_ref, p_owners[1], p_roots[1], p_week, p_week)
        ON CONFLICT (number_ref) DO UPDATE SET owner = EXCLUDED.owner, root = EXCLUDED.root;
    END IF;
    RETURN v_told;
END $$;

-- Numbers that carriers say were given back: $1 t  $2 number keys, $3 their weeks, in one order  $4 whether to count only.
-- A row that tells no more than we know changes nothing, so a list may be read any number of times.
-- known: numbers that somebody named  news: of them, those given back later than we knew  ended: of them, those with an
-- owner of before
CREATE OR REPLACE FUNCTION names_given_back(p_t timestamptz, p_keys bytea[], p_weeks integer[], p_dry boolean)
RETURNS TABLE (known integer, news integer, ended integer) LANGUAGE plpgsql AS $$
DECLARE
    v_one record;
BEGIN
    known := 0; news := 0; ended := 0;
    FOR v_one IN
        SELECT n.number_ref, l.week, l.week > coalesce(n.disconnected_week, -1) AS is_news,
               n.owned_week <= l.week AS ends
          FROM (SELECT r.key, max(r.week) AS week FROM unnest(p_keys, p_weeks) AS r (key, week) GROUP BY r.key) l
          JOIN named_number n ON n.number_key = l.key
         ORDER BY n.number_ref FOR UPDATE OF n
    LOOP
        known := known + 1;
        CONTINUE WHEN NOT v_one.is_news;
        news := news + 1;
        ended := ended + coalesce(v_one.ends, false)::integer;
        CONTINUE WHEN p_dry;
        PERFORM name_epoch(v_one.number_ref, v_one.week);
        IF v_one.ends THEN PERFORM name_disowned(p_t, v_one.number_ref); END IF;
    END LOOP;
    RETURN NEXT;
END $$;
