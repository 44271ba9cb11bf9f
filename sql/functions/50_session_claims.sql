-- The claims of sessions: both sides' or none (DESIGN 4a). Everybody locks the session's row first, then its claims.

-- When a session ends as things stand. $1 last interaction or creation  $2 ttl, seconds  $3 whether it counts  $4 absolute end
CREATE OR REPLACE FUNCTION session_end(p_last timestamptz, p_ttl integer, p_slides boolean, p_expires timestamptz)
RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT least(CASE WHEN p_slides AND p_ttl > 0 THEN p_last + make_interval(secs => p_ttl) END,
                 coalesce(p_expires, 'infinity'))
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
     WHERE c.reuse_after <= p_t
        OR (c.until <= p_t AND c.kind = 'session' AND (c.target_id = EXCLUDED.target_id OR c.peer_key = EXCLUDED.peer_key));
    RETURN FOUND;
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
-- had, within the numbers' limits; null where that cannot be said without waiting for somebody who holds one of these
-- numbers just now. $3 numbers  $4 parties, in order  $5 their peers  $6 whether to wait
CREATE OR REPLACE FUNCTION session_hold(
    p_t timestamptz, p_session session, p_numbers uuid[], p_parties bytea[], p_peers bytea[], p_wait boolean
) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_most   integer;
    v_number uuid;
BEGIN
    FOR v_number IN SELECT DISTINCT n FROM unnest(p_numbers) AS n ORDER BY 1 LOOP
        IF p_wait THEN  -- the lock is there so that the number's limit holds
            PERFORM pg_advisory_xact_lock(hashtextextended(v_number::text, 2));
        ELSIF NOT pg_try_advisory_xact_lock(hashtextextended(v_number::text, 2)) THEN
            RAISE SQLSTATE 'MK002';
        END IF;
    END LOOP;
    FOR i IN 1 .. coalesce(cardinality(p_parties), 0) LOOP
        IF NOT take_session_claim(p_t, p_session, p_numbers[i], p_parties[i], p_peers[i])
           AND NOT EXISTS (SELECT FROM claim c WHERE c.tenant = p_session.tenant AND c.number_id = p_numbers[i]
                              AND c.party_key = p_parties[i] AND c.target_id = p_session.session_id AND c.until > p_t) THEN
            RAISE SQLSTATE 'MK001';
        END IF;
    END LOOP;
    SELECT s.most_live INTO v_most FROM service s WHERE s.tenant = p_session.tenant AND s.service_id = p_session.service_id;
    FOR v_number IN SELECT DISTINCT n FROM unnest(p_numbers) AS n LOOP
        IF (SELECT count(DISTINCT c.target_id) FROM claim c WHERE c.tenant = p_session.tenant
               AND c.number_id = v_number AND c.kind = 'session' AND c.until > p_t) > v_most THEN
            RAISE SQLSTATE 'MK001';
        END IF;
    END LOOP;
    RETURN true;
EXCEPTION  -- what was taken, and every lock, is given back
    WHEN SQLSTATE 'MK001' THEN RETURN false;
    WHEN SQLSTATE 'MK002' THEN RETURN NULL;
END $$;

-- Takes every claim of some participants on the numbers they have, all or none. Returns what session_hold does.
-- $1 t  $2 session  $3 participants  $4 number for those who have none yet  $5 whether to wait
CREATE OR REPLACE FUNCTION session_take(
    p_t timestamptz, p_session session, p_who uuid[], p_number uuid, p_wait boolean DEFAULT true
) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_numbers uuid[];
    v_parties bytea[];
    v_peers   bytea[];
    v_had     boolean;
BEGIN
    SELECT array_agg(coalesce(s.number_id, p_number) ORDER BY s.party, s.number_id), array_agg(s.party ORDER BY s.party, s.number_id),
           array_agg(s.peer ORDER BY s.party, s.number_id)
      INTO v_numbers, v_parties, v_peers FROM session_parties(p_session.tenant, p_session.session_id, p_who) s;
    v_had := session_hold(p_t, p_session, v_numbers, v_parties, v_peers, p_wait);
    IF v_had IS NOT TRUE THEN RETURN v_had; END IF;
    UPDATE participant SET number_id = p_number, changed_at = p_t
     WHERE tenant = p_session.tenant AND session_id = p_session.session_id AND participant_id = ANY (p_who)
       AND number_id IS NULL;
    IF EXISTS (SELECT FROM participant p WHERE p.tenant = p_session.tenant AND p.session_id = p_session.session_id
                  AND p.deleted_at IS NULL AND p.participant_id <> ALL (p_who)) THEN
        UPDATE claim c SET peer_key = s.peer  -- who was there already meets somebody new
          FROM session_parties(p_session.tenant, p_session.session_id, ARRAY(
                   SELECT participant_id FROM participant
                    WHERE tenant = p_session.tenant AND session_id = p_session.session_id AND deleted_at IS NULL)) s
         WHERE c.tenant = p_session.tenant AND c.number_id = s.number_id AND c.party_key = s.party
           AND c.target_id = p_session.session_id AND c.peer_key IS DISTINCT FROM s.peer;
    END IF;
    RETURN true;
END $$;

-- Gives some participants of a session one number that all of them can have, and takes their claims: all or none.
--
-- $1 t  $2 tenant  $3 session  $4 participants without a number  $5 the one number they ask for, or null
-- $6 places wanted, the best first: prefixes ("+1202") and countries ("US")  $7 only this number may be given (the other
-- side's), or null. Returns "ok", or why not (session_why).
-- Indexes: service_number_pool, proxy_number_number_id_key, claim_pkey, participant_once, participant_session
CREATE OR REPLACE FUNCTION session_allocate(
    p_t timestamptz, p_tenant uuid, p_session uuid, p_who uuid[], p_number uuid, p_places text[], p_only uuid
) RETURNS text LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_session session;
    v_service service;
    v_asked   uuid := coalesce(p_number, p_only);
    v_parties bytea[];
    v_phones  uuid[];
    v_used    uuid[];
    v_beside  uuid[];
    v_number  uuid;
    v_wait    boolean;
    v_had     boolean;
    v_busy    boolean := false;
BEGIN
    SELECT s.* INTO v_session FROM session s WHERE s.tenant = p_tenant AND s.session_id = p_session FOR UPDATE;
    SELECT s.* INTO v_service FROM service s WHERE s.tenant = p_tenant AND s.service_id = v_session.service_id;
    SELECT array_agg('\x03'::bytea || f.number_key), array_agg(f.phone_id) INTO v_parties, v_phones
      FROM participant p JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
     WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.participant_id = ANY (p_who);
    -- One look-up a phone: with ANY, a plan made while the table was empty reads every participant of the tenant.
    v_used := ARRAY(SELECT DISTINCT p.number_id
                      FROM unnest(v_phones) AS f (phone_id) JOIN participant p ON p.tenant = p_tenant AND p.phone_id = f.phone_id
                     WHERE p.session_id <> p_session AND p.number_id IS NOT NULL);
    v_beside := ARRAY(SELECT p.number_id FROM participant p
                       WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.deleted_at IS NULL
                         AND p.number_id IS NOT NULL);
    -- Numbers that nobody takes claims on just now come first: whoever waits, waits for another's commit.
    FOREACH v_wait IN ARRAY ARRAY[false, true] LOOP
        FOR v_number IN
            SELECT n.number_id
              FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
             CROSS JOIN LATERAL (
                 SELECT min(w.rank) AS rank FROM unnest(p_places) WITH ORDINALITY AS w (place, rank)
                  WHERE CASE WHEN w.place LIKE '+%' THEN starts_with(n.e164, w.place) ELSE n.country = w.place END) near
             WHERE sn.tenant = p_tenant AND sn.service_id = v_service.service_id AND sn.released_at IS NULL
               AND session_serves(n, v_session.mode, p_t)
               AND CASE WHEN v_asked IS NULL
                        THEN near.rank IS NOT NULL AND NOT sn.reserved
                             AND (v_service.selection <> 'avoid-sticky' OR n.number_id <> ALL (v_used))
                        ELSE n.number_id = v_asked END
             ORDER BY n.number_id = ANY (v_beside) DESC,
                      v_service.selection = 'prefer-sticky' AND n.number_id = ANY (v_used) DESC, near.rank, random()
        LOOP
            CONTINUE WHEN EXISTS (SELECT FROM claim c WHERE c.tenant = p_tenant AND c.number_id = v_number
                                     AND c.party_key = ANY (v_parties) AND c.until > p_t);
            v_had := session_take(p_t, v_session, p_who, v_number, v_wait);
            IF v_had THEN RETURN 'ok'; END IF;
            v_busy := v_busy OR v_had IS NULL;
        END LOOP;
        EXIT WHEN NOT v_busy;
    END LOOP;
    RETURN session_why(p_t, v_session, v_asked, p_places, v_service.selection = 'avoid-sticky', v_used);
END $$;

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
                   EXISTS (SELECT FROM unnest(p_places) AS w (place)
                            WHERE CASE WHEN w.place LIKE '+%' THEN starts_with(n.e164, w.place) ELSE n.country = w.place END)
                       AS near
              FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
             WHERE sn.tenant = p_session.tenant AND sn.service_id = p_session.service_id AND sn.released_at IS NULL
               AND session_serves(n, p_session.mode, p_t)) AS pool
$$;
