-- Makes a session with its people, in one statement and one round trip: everything or nothing.

-- What of a service is gone by when people are seated in a session: whoever did must go by the same.
CREATE OR REPLACE FUNCTION service_terms(p_service service) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('numbering', p_service.numbering, 'geo', p_service.geo_match,
        'fallback_countries', p_service.fallback_countries, 'countries', p_service.countries,
        'pin_length', p_service.pin_length, 'default_ttl', p_service.default_ttl, 'cool_off', p_service.cool_off)
$$;

-- $1 t  $2 the session's row, but for its end  $3 service_terms as they were when people were seated
-- $4-$11 arrays, one entry a participant: participant id, side, place, phone id should the number be new, number key (null:
-- awaited), key of whom they meet if that is one, number sealed for that phone id, language  $12 friendly name
-- $13 called as  $14 announcement  $15 the number each asks for  $16 places wanted, each participant's as text
-- ("+1202,US")  $17 one number for all
--
-- why: "ok", or why nothing was made: "terms" (the service has others now, or is gone), "name" (taken), "ours" (a
-- number is one of ours), or what session_why says. until: its end. phones, boxes, numbers, proxies: one entry a
-- participant: their phone's row and sealed number, the number that they see and its e164.
-- Indexes: service_pkey, session_unique_name, proxy_number_number_key_key, phone_tenant_number_key_key, participant_once
CREATE OR REPLACE FUNCTION session_make(
    p_t timestamptz, p_session session, p_terms jsonb, p_who uuid[], p_sides smallint[], p_places smallint[],
    p_phones uuid[], p_keys bytea[], p_peers bytea[], p_sealed bytea[], p_languages text[], p_names text[],
    p_called text[], p_announced text[], p_asked uuid[], p_wanted text[], p_one boolean,
    OUT why text, OUT until timestamptz, OUT phones uuid[], OUT boxes bytea[], OUT numbers uuid[], OUT proxies text[]
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later,
SET enable_hashjoin = off  -- and a whole tenant of it, or number, to join a few rows
SET enable_mergejoin = off
AS $$
DECLARE
    v       record;
    v_seats record;
    v_new   integer := 0;
    v_added integer;
BEGIN
    SELECT s AS service, service_terms(s) = p_terms AS stands,
           EXISTS (SELECT FROM session o WHERE o.tenant = p_session.tenant AND o.service_id = p_session.service_id
                      AND o.unique_name = p_session.unique_name) AS named,
           EXISTS (SELECT FROM proxy_number n WHERE n.number_key = ANY (p_keys) AND n.removed_at IS NULL) AS ours,
           ARRAY(SELECT (SELECT f FROM phone f WHERE f.tenant = p_session.tenant AND f.number_key = k.number_key)
                   FROM unnest(p_keys) AS k (number_key)) AS known
      INTO v FROM service s WHERE s.tenant = p_session.tenant AND s.service_id = p_session.service_id;
    why := CASE WHEN v.stands IS NOT TRUE THEN 'terms' WHEN v.named THEN 'name' WHEN v.ours THEN 'ours' END;
    IF why IS NOT NULL THEN RETURN; END IF;
    until := session_end(p_t, p_session.ttl, p_session.slides, p_session.expires_at);
    p_session.until := until;
    v_seats := session_seats(p_t, p_session, v.service, p_keys, p_peers, p_asked, p_wanted, p_one);
    why := v_seats.why;
    IF why <> 'ok' THEN  -- it may have been deleted, and its numbers with it, since it was read
        IF NOT EXISTS (SELECT FROM service s WHERE s.tenant = p_session.tenant AND s.service_id = p_session.service_id) THEN
            why := 'terms';
        END IF;
        RETURN;
    END IF;
    numbers := v_seats.numbers;
    proxies := v_seats.proxies;

    -- A small statement for each table: in one they cost more to set up than to run.
    INSERT INTO session SELECT p_session.*;
    FOR i IN 1 .. cardinality(p_keys) LOOP
        IF p_keys[i] IS NOT NULL AND v.known[i].phone_id IS NULL THEN
            phones[i] := p_phones[i];
            boxes[i] := p_sealed[i];
            v_new := v_new + 1;
        ELSE
            phones[i] := v.known[i].phone_id;
            boxes[i] := v.known[i].sealed;
        END IF;
    END LOOP;
    IF v_new > 0 THEN
        INSERT INTO phone (tenant, phone_id, number_key, sealed, language, made_at)
        SELECT p_session.tenant, n.phone_id, n.number_key, n.sealed, n.language, p_t
          FROM unnest(p_phones, phones, p_keys, p_sealed, p_languages) AS n (phone_id, kept, number_key, sealed, language)
         WHERE n.phone_id = n.kept ORDER BY n.number_key
        ON CONFLICT (tenant, number_key) DO NOTHING;
        GET DIAGNOSTICS v_added = ROW_COUNT;
        IF v_added < v_new THEN  -- somebody else has kept one meanwhile
            SELECT array_agg(f.phone_id ORDER BY k.at), array_agg(f.sealed ORDER BY k.at) INTO phones, boxes
              FROM unnest(p_keys) WITH ORDINALITY AS k (number_key, at)
              LEFT JOIN LATERAL (SELECT * FROM phone o  -- LIMIT: by key, one by one
                                  WHERE o.tenant = p_session.tenant AND o.number_key = k.number_key LIMIT 1) f ON true;
        END IF;
    END IF;
    INSERT INTO participant (tenant, participant_id, session_id, side, place, phone_id, number_id, friendly_name,
                             called_as, announcement, made_at, changed_at)
    SELECT p_session.tenant, n.who, p_session.session_id, n.side, n.place, n.phone_id, n.number_id, n.name, n.called,
           n.announced, p_t, p_t
      FROM unnest(p_who, p_sides, p_places, phones, numbers, p_names, p_called, p_announced)
           AS n (who, side, place, phone_id, number_id, name, called, announced);
    IF (v.service).events_url IS NOT NULL THEN  -- as session_job would find, which has to look
        PERFORM session_job(p_t, p_session.tenant, p_session.service_id, 'made', p_session.session_id, p_session.session_id);
    END IF;
END $$;

-- A number for each of a new session's people, and their claims: all or none. $4-$8 as session_make takes them
CREATE OR REPLACE FUNCTION session_seats(
    p_t timestamptz, p_session session, p_service service, p_keys bytea[], p_peers bytea[], p_asked uuid[],
    p_wanted text[], p_one boolean, OUT why text, OUT numbers uuid[], OUT proxies text[]
) LANGUAGE plpgsql AS $$
DECLARE
    v     record;
    v_all integer[] := ARRAY[cardinality(p_keys)];
BEGIN
    IF p_one THEN
        v := session_choose(p_t, p_session, p_service, p_keys, p_peers, '{}', p_asked[1], string_to_array(p_wanted[1], ','));
        why := coalesce(v.why, 'ok');
        numbers := array_fill(v.number_id, v_all);
        proxies := array_fill(v.e164, v_all);
        RETURN;
    END IF;
    BEGIN
        FOR i IN 1 .. v_all[1] LOOP
            v := session_choose(p_t, p_session, p_service, p_keys[i:i], p_peers[i:i], coalesce(numbers, '{}'), p_asked[i],
                                string_to_array(p_wanted[i], ','));
            IF v.number_id IS NULL THEN RAISE SQLSTATE 'MK001'; END IF;
            numbers := numbers || v.number_id;
            proxies := proxies || v.e164;
        END LOOP;
        why := 'ok';
    EXCEPTION WHEN SQLSTATE 'MK001' THEN  -- what the others were given is given back
        why := v.why;
    END;
END $$;
