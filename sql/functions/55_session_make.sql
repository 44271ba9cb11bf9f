-- Makes a session with its people, in one round trip: everything or nothing (the caller rolls back unless "ok").
--
-- $1 t  $2 the session's row, but for its end  $3-$9 arrays, one entry a participant: participant id, side, place, phone id (null: awaited),
-- number key, number sealed, language  $10 friendly name  $11 called as  $12 announcement  $13 the number each asks for
-- $14 places wanted, each participant's as text ("+1202,US")  $15 one number for all. Returns what session_allocate does.
CREATE OR REPLACE FUNCTION session_make(
    p_t timestamptz, p_session session, p_who uuid[], p_sides smallint[], p_places smallint[], p_phones uuid[],
    p_keys bytea[], p_sealed bytea[], p_languages text[], p_names text[], p_called text[], p_announced text[],
    p_asked uuid[], p_wanted text[], p_one boolean
) RETURNS text LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_why  text := 'ok';
BEGIN
    p_session.until := session_end(p_t, p_session.ttl, p_session.slides, p_session.expires_at);
    INSERT INTO session SELECT p_session.*;
    PERFORM session_job(p_t, p_session.tenant, p_session.service_id, 'made', p_session.session_id, p_session.session_id);
    INSERT INTO phone (tenant, phone_id, number_key, sealed, language, made_at)
    SELECT p_session.tenant, n.phone_id, n.number_key, n.sealed, n.language, p_t
      FROM unnest(p_phones, p_keys, p_sealed, p_languages) AS n (phone_id, number_key, sealed, language)
     WHERE n.number_key IS NOT NULL
       AND NOT EXISTS (SELECT FROM phone f WHERE f.tenant = p_session.tenant AND f.number_key = n.number_key)
     ORDER BY n.number_key
    ON CONFLICT DO NOTHING;
    INSERT INTO participant (tenant, participant_id, session_id, side, place, phone_id, friendly_name, called_as,
                             announcement, made_at, changed_at)
    SELECT p_session.tenant, n.who, p_session.session_id, n.side, n.place, f.phone_id, n.name, n.called, n.announced, p_t, p_t
      FROM unnest(p_who, p_sides, p_places, p_keys, p_names, p_called, p_announced)
           AS n (who, side, place, number_key, name, called, announced)
      LEFT JOIN phone f ON f.tenant = p_session.tenant AND f.number_key = n.number_key;
    IF p_one THEN
        RETURN session_allocate(p_t, p_session.tenant, p_session.session_id, p_who, p_asked[1],
                                string_to_array(p_wanted[1], ','), NULL);
    END IF;
    FOR i IN 1 .. cardinality(p_who) LOOP
        EXIT WHEN v_why <> 'ok';
        v_why := session_allocate(p_t, p_session.tenant, p_session.session_id, ARRAY[p_who[i]], p_asked[i],
                                  string_to_array(p_wanted[i], ','), NULL);
    END LOOP;
    RETURN v_why;
END $$;
