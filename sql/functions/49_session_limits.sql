-- What may be used in a day: by one person in a service, in one of its sessions, in all of it. Minutes are of talk, and are
-- whose call it was. A day begins with the first use (tally_over).

-- The limits of a day, of a person, of a session and of the service; null is none. $2 calls, texts, minutes
CREATE OR REPLACE FUNCTION session_limits(p_service service, p_what text) RETURNS integer[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_what
        WHEN 'calls' THEN ARRAY[p_service.person_calls_a_day, p_service.session_calls_a_day, p_service.calls_a_day]
        WHEN 'texts' THEN ARRAY[p_service.person_texts_a_day, p_service.session_texts_a_day, p_service.texts_a_day]
        ELSE ARRAY[p_service.person_minutes_a_day, p_service.session_minutes_a_day, p_service.minutes_a_day] END
$$;

-- Under which names that is counted. $1 calls, texts, minutes
CREATE OR REPLACE FUNCTION session_counters(p_what text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[p_what || '-person', p_what || '-session', p_what || '-service']
$$;

-- And for whom: a phone, whichever session it is in; null where the customer begins. $2 session  $3 participant, or null
-- Index: participant_pkey
CREATE OR REPLACE FUNCTION session_counted(p_service service, p_session uuid, p_from uuid) RETURNS bytea[]
LANGUAGE sql STABLE AS $$
    SELECT ARRAY[(SELECT uuid_send(p_service.service_id) || uuid_send(coalesce(p.phone_id, p.participant_id))
                    FROM participant p WHERE p.tenant = p_service.tenant AND p.participant_id = p_from),
                 uuid_send(p_session), uuid_send(p_service.service_id)]
$$;

-- Counts one call or text, and tells whether a limit is passed. The narrowest comes first: whoever is over their own takes
-- nothing from the others. $3 session  $4 participant who begins, or null  $5 calls, texts  Index: tally_pkey
CREATE OR REPLACE FUNCTION session_over(p_t timestamptz, p_service service, p_session uuid, p_from uuid, p_what text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_limits integer[] := session_limits(p_service, p_what);
    v_each   record;
BEGIN
    IF num_nonnulls(VARIADIC v_limits) = 0 THEN RETURN false; END IF;
    FOR v_each IN
        SELECT * FROM unnest(session_counters(p_what), session_counted(p_service, p_session, p_from), v_limits)
            WITH ORDINALITY AS c (name, subject, most, at)
         WHERE most IS NOT NULL AND subject IS NOT NULL ORDER BY at
    LOOP
        IF tally_over(p_t, p_service.tenant, v_each.name, v_each.subject, interval '24 hours', v_each.most) THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- Seconds that may still be talked; null where there is no limit. Parameters as above. Index: tally_pkey
CREATE OR REPLACE FUNCTION session_seconds_left(p_t timestamptz, p_service service, p_session uuid, p_from uuid)
RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_limits integer[] := session_limits(p_service, 'minutes');
BEGIN
    IF num_nonnulls(VARIADIC v_limits) = 0 THEN RETURN NULL; END IF;
    RETURN (SELECT min(60 * c.most - coalesce(y.count, 0))
              FROM unnest(session_counters('minutes'), session_counted(p_service, p_session, p_from), v_limits)
                AS c (name, subject, most)
              LEFT JOIN tally y ON y.tenant = p_service.tenant AND y.name = c.name AND y.subject = c.subject
                   AND y.expires_at > p_t
             WHERE c.subject IS NOT NULL);
END $$;

-- A session's call has ended after some seconds of talk: they count where there is a limit. Whoever calls sees to it that
-- they count once. $3 call  Index: interaction_pkey, session_pkey, service_pkey, tally_pkey
CREATE OR REPLACE FUNCTION session_talked(p_t timestamptz, p_tenant uuid, p_call uuid, p_seconds integer)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO tally AS y (tenant, name, subject, starts, expires_at, count)
    SELECT p_tenant, c.name, c.subject, p_t, p_t + interval '24 hours', p_seconds
      FROM interaction i JOIN session s ON s.tenant = i.tenant AND s.session_id = i.session_id
      JOIN service r ON r.tenant = s.tenant AND r.service_id = s.service_id
     CROSS JOIN LATERAL unnest(session_counters('minutes'), session_counted(r, s.session_id, i.from_participant),
                               session_limits(r, 'minutes')) WITH ORDINALITY AS c (name, subject, most, at)
     WHERE i.tenant = p_tenant AND i.interaction_id = p_call AND c.most IS NOT NULL AND c.subject IS NOT NULL
     ORDER BY c.at
    ON CONFLICT (tenant, name, subject) DO UPDATE
       SET count = CASE WHEN y.expires_at <= p_t THEN 0 ELSE y.count END + EXCLUDED.count,
           starts = CASE WHEN y.expires_at <= p_t THEN p_t ELSE y.starts END,
           expires_at = CASE WHEN y.expires_at <= p_t THEN EXCLUDED.expires_at ELSE y.expires_at END
$$;
