-- The claims of sessions: both sides' or none (DESIGN 4a). Everybody locks the session's row first, then its claims.

-- When a session ends as things stand. $1 last interaction or creation  $2 ttl, seconds  $3 whether it counts  $4 absolute end
CREATE OR REPLACE FUNCTION session_end(p_last timestamptz, p_ttl integer, p_slides boolean, p_expires timestamptz)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT least(CASE WHEN p_slides AND p_ttl > 0 THEN p_last + make_interval(secs => p_ttl) END,
                 coalesce(p_expires, 'infinity'))
$$;

-- Whether a session may take a claim over: it is free, or it cools, for itself or for this very pair. $3 session  $4 peer
CREATE OR REPLACE FUNCTION claim_yields(p_t timestamptz, p_claim claim, p_session uuid, p_peer bytea)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_claim.reuse_after <= p_t
        OR (p_claim.until <= p_t AND p_claim.kind = 'session' AND (p_claim.target_id = p_session OR p_claim.peer_key = p_peer))
$$;

-- Takes (number, party) for a session if it is free, or cools for this very pair. Returns whether it was had.
CREATE OR REPLACE FUNCTION take_session_claim(
    p_t timestamptz, p_session session, p_number uuid, p_party bytea, p_peer bytea
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO claim AS c (tenant, number_id, party_key, claim_id, kind, target, target_id, peer_key,
                            made_at, used_at, until, reuse_after)
    VALUES (p_session.tenant, p_number, p_party, gen_random_uuid(), 'session', 'session', p_session.session_id, p_peer,
            p_t, p_t, p_session.until, p_session.until + make_interval(secs => p_session.cool_off))
    ON CONFLICT (tenant, number_id, party_key) DO UPDATE
       SET claim_id = EXCLUDED.claim_id, kind = 'session', target = 'session', target_id = EXCLUDED.target_id,
           scan_id = NULL, peer_key = EXCLUDED.peer_key, made_at = p_t, used_at = p_t, until = EXCLUDED.until,
           reuse_after = EXCLUDED.reuse_after
     WHERE claim_yields(p_t, c, EXCLUDED.target_id, EXCLUDED.peer_key);
    RETURN FOUND;
END $$;

-- Takes a number for some parties of a session, all or none, within the number's limit of live sessions. Whoever calls has
-- locked the number, and takes everything back where this is false. $3 number  $4 parties, in order; those whom the session
-- has there already keep what they have  $5 their peers  $6 live sessions on one number at most  $7 service whose the number
-- must still be, or null
-- Small statements: what is large costs more to set up than to run. Index: claim_pkey, claim_running, service_number_pkey
CREATE OR REPLACE FUNCTION session_claims(
    p_t timestamptz, p_session session, p_number uuid, p_parties bytea[], p_peers bytea[], p_most integer, p_service uuid
) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_ours  boolean;
    v_live  bigint;
    v_taken bigint;
BEGIN
    SELECT p_service IS NULL OR EXISTS (
                SELECT FROM service_number sn WHERE sn.tenant = p_session.tenant AND sn.number_id = p_number
                   AND sn.service_id = p_service AND sn.released_at IS NULL),
           (SELECT count(*) FROM claim o
             WHERE o.tenant = p_session.tenant AND o.number_id = p_number AND o.kind = 'session' AND o.until > p_t)
      INTO v_ours, v_live;
    IF NOT v_ours THEN RETURN false; END IF;
    IF v_live >= p_most THEN  -- where even the claims fit, which are whose need not be told
        SELECT count(DISTINCT o.target_id) INTO v_live FROM claim o
         WHERE o.tenant = p_session.tenant AND o.number_id = p_number AND o.kind = 'session' AND o.until > p_t
           AND o.target_id <> p_session.session_id;
        IF v_live >= p_most THEN RETURN false; END IF;
    END IF;

    INSERT INTO claim AS c (tenant, number_id, party_key, claim_id, kind, target, target_id, peer_key,
                            made_at, used_at, until, reuse_after)
    SELECT p_session.tenant, p_number, k.party, gen_random_uuid(), 'session', 'session', p_session.session_id, k.peer,
           p_t, p_t, p_session.until, p_session.until + make_interval(secs => p_session.cool_off)
      FROM unnest(p_parties, p_peers) AS k (party, peer)
    ON CONFLICT (tenant, number_id, party_key) DO UPDATE
       SET claim_id = EXCLUDED.claim_id, kind = 'session', target = 'session', target_id = EXCLUDED.target_id,
           scan_id = NULL, peer_key = EXCLUDED.peer_key, made_at = p_t, used_at = p_t, until = EXCLUDED.until,
           reuse_after = EXCLUDED.reuse_after
     WHERE claim_yields(p_t, c, EXCLUDED.target_id, EXCLUDED.peer_key);
    GET DIAGNOSTICS v_taken = ROW_COUNT;
    IF v_taken = cardinality(p_parties) THEN RETURN true; END IF;
    RETURN cardinality(p_parties) = (
        SELECT count(*) FROM claim c WHERE c.tenant = p_session.tenant AND c.number_id = p_number
           AND c.party_key = ANY (p_parties) AND c.target_id = p_session.session_id AND c.until > p_t);
END $$;

-- What a participant stands under, and under what they meet the other side: a lone peer waives cool-off, several do not.
CREATE OR REPLACE FUNCTION session_parties(p_tenant uuid, p_session uuid, p_who uuid[])
RETURNS TABLE (participant_id uuid, number_id uuid, party bytea, peer bytea) LANGUAGE sql STABLE AS $$
    SELECT p.participant_id, p.number_id, k.party,
           (SELECT CASE WHEN count(*) = 1 THEN (array_agg(f.number_key))[1] END
              FROM participant o JOIN phone f ON f.tenant = o.tenant AND f.phone_id = o.phone_id
             WHERE o.tenant = p.tenant AND o.session_id = p.session_id AND o.side <> p.side AND o.deleted_at IS NULL)
      FROM participant p
      LEFT JOIN phone h ON h.tenant = p.tenant AND h.phone_id = p.phone_id
     CROSS JOIN LATERAL (VALUES ('\x03'::bytea || h.number_key), ('\x05'::bytea || p.pin_hash)) AS k (party)
     WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.deleted_at IS NULL AND k.party IS NOT NULL
       AND p.participant_id = ANY (p_who)
$$;

-- Holds (number, party) for a session, entry by entry of three arrays of one length: all or none. Returns whether all were
-- had, within the numbers' limits. $3 numbers  $4 parties, in order  $5 their peers
CREATE OR REPLACE FUNCTION session_hold(
    p_t timestamptz, p_session session, p_numbers uuid[], p_parties bytea[], p_peers bytea[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_most   integer;
    v_number record;
BEGIN
    SELECT s.most_live INTO v_most FROM service s WHERE s.tenant = p_session.tenant AND s.service_id = p_session.service_id;
    FOR v_number IN
        SELECT h.number_id, array_agg(h.party ORDER BY h.at) AS parties, array_agg(h.peer ORDER BY h.at) AS peers
          FROM unnest(p_numbers, p_parties, p_peers) WITH ORDINALITY AS h (number_id, party, peer, at)
         GROUP BY h.number_id ORDER BY h.number_id
    LOOP
        PERFORM pg_advisory_xact_lock(number_lock(v_number.number_id));
        IF NOT session_claims(p_t, p_session, v_number.number_id, v_number.parties, v_number.peers, v_most, NULL) THEN
            RAISE SQLSTATE 'MK001';
        END IF;
    END LOOP;
    RETURN true;
EXCEPTION WHEN SQLSTATE 'MK001' THEN  -- what was taken, and every lock, is given back
    RETURN false;
END $$;

-- What whoever takes claims on a number locks, so that its limit of live sessions holds.
CREATE OR REPLACE FUNCTION number_lock(p_number uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended(p_number::text, 2)
$$;

-- Takes every claim of some participants on the numbers they have, all or none. Returns whether all were had.
-- $1 t  $2 session  $3 participants
CREATE OR REPLACE FUNCTION session_take(p_t timestamptz, p_session session, p_who uuid[]) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_had boolean;
BEGIN
    SELECT session_hold(p_t, p_session, array_agg(s.number_id ORDER BY s.party, s.number_id),
                         array_agg(s.party ORDER BY s.party, s.number_id), array_agg(s.peer ORDER BY s.party, s.number_id))
      INTO v_had FROM session_parties(p_session.tenant, p_session.session_id, p_who) s;
    IF v_had THEN PERFORM session_meets(p_session, p_who); END IF;
    RETURN v_had;
END $$;

-- Whoever was in a session already meets somebody new: their claims' peers. $2 who is new
CREATE OR REPLACE FUNCTION session_meets(p_session session, p_who uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_there uuid[] := ARRAY(SELECT p.participant_id FROM participant p WHERE p.tenant = p_session.tenant
                                AND p.session_id = p_session.session_id AND p.deleted_at IS NULL);
BEGIN
    IF v_there <@ p_who THEN RETURN; END IF;
    UPDATE claim c SET peer_key = s.peer
      FROM session_parties(p_session.tenant, p_session.session_id, v_there) s
     WHERE c.tenant = p_session.tenant AND c.number_id = s.number_id AND c.party_key = s.party
       AND c.target_id = p_session.session_id AND c.peer_key IS DISTINCT FROM s.peer;
END $$;

-- Chooses a number of a service that some people of a session can all have, and takes it for them: all or none.
--
-- $2 session, which need not be kept yet  $3 service  $4 their number keys; null for one who is awaited  $5 keys of whom
-- they meet, if that is one  $6 numbers that are seen in this session already  $7 the one number they ask for, or null
-- $8 places wanted, the best first: prefixes ("+1202") and countries ("US")
-- Returns the number, or why there is none (session_why).
-- Indexes: service_number_pool, proxy_number_number_id_key, claim_pkey, phone_tenant_number_key_key, participant_once
CREATE OR REPLACE FUNCTION session_choose(
    p_t timestamptz, p_session session, p_service service, p_keys bytea[], p_peers bytea[], p_beside uuid[],
    p_asked uuid, p_places text[], OUT number_id uuid, OUT e164 text, OUT why text
) LANGUAGE plpgsql AS $$
DECLARE
    v_parties bytea[];
    v_peers   bytea[];
    v_used    uuid[];
    v_number  record;
    v_wait    boolean;
    v_busy    boolean := false;
BEGIN
    -- Their claims, and what they have or had in other sessions.
    SELECT array_agg('\x03'::bytea || k.number_key ORDER BY k.number_key), array_agg(k.peer ORDER BY k.number_key),
           ARRAY(SELECT DISTINCT p.number_id
                   FROM unnest(p_keys) AS o (number_key)
                  CROSS JOIN LATERAL (SELECT f.phone_id FROM phone f  -- LIMIT: by key, as session_make
                                       WHERE f.tenant = p_session.tenant AND f.number_key = o.number_key LIMIT 1) f
                  CROSS JOIN LATERAL (SELECT p.number_id, p.session_id FROM participant p
                                       WHERE p.tenant = p_session.tenant AND p.phone_id = f.phone_id OFFSET 0) p
                  WHERE p.session_id <> p_session.session_id AND p.number_id IS NOT NULL)
      INTO v_parties, v_peers, v_used
      FROM unnest(p_keys, p_peers) AS k (number_key, peer) WHERE k.number_key IS NOT NULL;
    -- Numbers that nobody takes claims on just now come first: whoever waits, waits for another's commit.
    FOREACH v_wait IN ARRAY ARRAY[false, true] LOOP
        FOR v_number IN
            SELECT n.number_id, n.e164
              FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
             CROSS JOIN LATERAL (SELECT near_rank(n, p_places) AS rank) near
             WHERE sn.tenant = p_session.tenant AND sn.service_id = p_service.service_id AND sn.released_at IS NULL
               AND session_serves(n, p_session.mode, p_t)
               AND CASE WHEN p_asked IS NULL
                        THEN near.rank IS NOT NULL AND NOT sn.reserved
                             AND (p_service.selection <> 'avoid-sticky' OR n.number_id <> ALL (v_used))
                        ELSE n.number_id = p_asked END
             ORDER BY n.number_id = ANY (p_beside) DESC,
                      p_service.selection = 'prefer-sticky' AND n.number_id = ANY (v_used) DESC, near.rank, random()
        LOOP
            IF v_number.number_id = ANY (v_used) THEN  -- most likely by a live session: not worth its lock
                CONTINUE WHEN EXISTS (SELECT FROM claim c WHERE c.tenant = p_session.tenant
                    AND c.number_id = v_number.number_id AND c.party_key = ANY (v_parties) AND c.until > p_t);
            END IF;
            BEGIN
                number_id := v_number.number_id;
                e164 := v_number.e164;
                IF v_parties IS NULL THEN
                    RETURN;
                ELSIF v_wait THEN
                    PERFORM pg_advisory_xact_lock(number_lock(number_id));
                ELSIF NOT pg_try_advisory_xact_lock(number_lock(number_id)) THEN
                    v_busy := true;
                    CONTINUE;
                END IF;
                IF session_claims(p_t, p_session, number_id, v_parties, v_peers, p_service.most_live, p_service.service_id) THEN
                    RETURN;
                END IF;
                RAISE SQLSTATE 'MK001';
            EXCEPTION WHEN SQLSTATE 'MK001' THEN
                NULL;  -- its lock is given back: whoever held one and waited for another could wait for each other
            END;
        END LOOP;
        EXIT WHEN NOT v_busy;
    END LOOP;
    number_id := NULL;
    e164 := NULL;
    why := session_why(p_t, p_session, p_asked, p_places, p_service.selection = 'avoid-sticky', v_used);
END $$;

-- Gives some participants of a session one number that all of them can have, and takes their claims: all or none.
--
-- $1 t  $2 tenant  $3 session  $4 participants without a number  $5 the one number they ask for, or null
-- $6 places wanted, the best first: prefixes ("+1202") and countries ("US")  $7 only this number may be given (the other
-- side's), or null. Returns "ok", or why not (session_why).
-- Indexes: session_pkey, participant_once, participant_place
CREATE OR REPLACE FUNCTION session_allocate(
    p_t timestamptz, p_tenant uuid, p_session uuid, p_who uuid[], p_number uuid, p_places text[], p_only uuid
) RETURNS text LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later,
SET enable_hashjoin = off  -- and a whole tenant of it, or number, to join a few rows
SET enable_mergejoin = off
AS $$
DECLARE
    v_session session;
    v_service service;
    v_keys    bytea[];
    v_peers   bytea[];
    v_beside  uuid[];
    v_chosen  record;
BEGIN
    SELECT s.* INTO v_session FROM session s WHERE s.tenant = p_tenant AND s.session_id = p_session FOR UPDATE;
    SELECT s.* INTO v_service FROM service s WHERE s.tenant = p_tenant AND s.service_id = v_session.service_id;
    SELECT array_agg(substr(s.party, 2)), array_agg(s.peer) INTO v_keys, v_peers
      FROM session_parties(p_tenant, p_session, p_who) s WHERE substr(s.party, 1, 1) = '\x03';
    v_beside := ARRAY(SELECT p.number_id FROM participant p
                       WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.deleted_at IS NULL
                         AND p.number_id IS NOT NULL);
    v_chosen := session_choose(p_t, v_session, v_service, v_keys, v_peers, v_beside, coalesce(p_number, p_only), p_places);
    IF v_chosen.number_id IS NULL THEN RETURN v_chosen.why; END IF;
    UPDATE participant SET number_id = v_chosen.number_id, changed_at = p_t
     WHERE tenant = p_tenant AND session_id = p_session AND participant_id = ANY (p_who) AND number_id IS NULL;
    PERFORM session_meets(v_session, p_who);
    RETURN 'ok';
END $$;

-- At which of some places a number is, the best first, or null: prefixes of an area ("+1202") and countries ("US").
CREATE OR REPLACE FUNCTION near_rank(p_number proxy_number, p_places text[]) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT least(array_position(p_places, left(p_number.e164, 5)), array_position(p_places, p_number.country))
$$;

-- Whether a number works for sessions of a mode now.
CREATE OR REPLACE FUNCTION session_serves(p_number proxy_number, p_mode text, p_t timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT p_number.removed_at IS NULL AND number_role(p_number, p_t) = 'session'
       AND (p_mode = 'message-only' OR p_number.voice) AND (p_mode = 'voice-only' OR p_number.texts)
$$;

-- Why no number was had: "asked" (the one asked for is not there, or not free), "none" (the service has none that work),
-- "country" (none there), "reserved" (only reserved ones), "unused" (avoid-sticky: all were used with them), "free".
CREATE OR REPLACE FUNCTION session_why(
    p_t timestamptz, p_session session, p_asked uuid, p_places text[], p_avoid boolean, p_used uuid[]
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_asked IS NOT NULL THEN 'asked'
                WHEN count(*) = 0 THEN 'none'
                WHEN count(*) FILTER (WHERE near) = 0 THEN 'country'
                WHEN count(*) FILTER (WHERE near AND NOT reserved) = 0 THEN 'reserved'
                WHEN p_avoid AND count(*) FILTER (WHERE near AND NOT reserved AND number_id <> ALL (p_used)) = 0 THEN 'unused'
                ELSE 'free' END
      FROM (SELECT sn.number_id, sn.reserved,
                   near_rank(n, p_places) IS NOT NULL AS near
              FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
             WHERE sn.tenant = p_session.tenant AND sn.service_id = p_session.service_id AND sn.released_at IS NULL
               AND session_serves(n, p_session.mode, p_t)) AS pool
$$;
