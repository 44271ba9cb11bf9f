-- The life of a session: open, in progress, closed, open again. Ends by itself once t >= until; no sweeper is needed.

-- Ends a session, and its claims with it: they cool. Returns whether it was live. $4 a word: api, expired
CREATE OR REPLACE FUNCTION session_close(p_t timestamptz, p_tenant uuid, p_session uuid, p_reason text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_session session;
BEGIN
    UPDATE session s SET state = 'closed', closed_reason = p_reason, ended_at = least(p_t, s.until), changed_at = p_t,
                         until = least(p_t, s.until)
     WHERE s.tenant = p_tenant AND s.session_id = p_session AND s.state <> 'closed' RETURNING s.* INTO v_session;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM session_cool(p_t, v_session, NULL);
    RETURN true;
END $$;

-- The claims of a session, or of one participant of it, end now. $3 participant, null for all
CREATE OR REPLACE FUNCTION session_cool(p_t timestamptz, p_session session, p_participant uuid)
RETURNS void LANGUAGE sql AS $$
    UPDATE claim c SET until = p_t, reuse_after = p_t + make_interval(secs => p_session.cool_off)
     WHERE c.tenant = p_session.tenant AND c.target_id = p_session.session_id AND c.kind = 'session' AND c.until > p_t
       AND (p_participant IS NULL OR c.party_key IN (  -- on every number that they have for this session
            SELECT s.party FROM session_parties(p_session.tenant, p_session.session_id, ARRAY[p_participant]) s))
$$;

-- Sets a session's end anew, by its ttl and absolute end as they now stand; an end that is past by then is now. False
-- where it is over already.
CREATE OR REPLACE FUNCTION session_extend(p_t timestamptz, p_tenant uuid, p_session uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v session;
BEGIN
    SELECT s.* INTO v FROM session s WHERE s.tenant = p_tenant AND s.session_id = p_session FOR UPDATE;
    IF v.state = 'closed' OR v.until <= p_t THEN RETURN false; END IF;
    UPDATE session s
       SET until = greatest(p_t, session_end(greatest(v.last_at, v.made_at, v.reopened_at), v.ttl, v.slides, v.expires_at)),
           changed_at = p_t
     WHERE s.tenant = p_tenant AND s.session_id = p_session RETURNING s.* INTO v;
    UPDATE claim c SET until = v.until, reuse_after = v.until + make_interval(secs => v.cool_off)
     WHERE c.tenant = p_tenant AND c.target_id = p_session AND c.kind = 'session' AND c.until > p_t;
    RETURN true;
END $$;

-- Opens a closed session again on the numbers its participants had: all of them or none. Returns "ok", "live" (it is not
-- over), "past" (its absolute end is), "conflict" (a number or a party is taken meanwhile, or the number is gone).
CREATE OR REPLACE FUNCTION session_reopen(p_t timestamptz, p_tenant uuid, p_session uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v     session;
    v_who uuid[];
BEGIN
    SELECT s.* INTO v FROM session s WHERE s.tenant = p_tenant AND s.session_id = p_session FOR UPDATE;
    IF v.state <> 'closed' AND v.until > p_t THEN RETURN 'live'; END IF;
    v.until := session_end(p_t, v.ttl, v.slides, v.expires_at);
    IF v.until <= p_t THEN RETURN 'past'; END IF;
    v_who := ARRAY(SELECT participant_id FROM participant
                    WHERE tenant = p_tenant AND session_id = p_session AND deleted_at IS NULL AND number_id IS NOT NULL);
    IF EXISTS (SELECT FROM participant p
                 LEFT JOIN service_number sn ON sn.tenant = p.tenant AND sn.number_id = p.number_id
                       AND sn.service_id = v.service_id AND sn.released_at IS NULL
                 LEFT JOIN proxy_number n ON n.number_id = sn.number_id AND n.removed_at IS NULL
                WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.participant_id = ANY (v_who)
                  AND (n.number_id IS NULL OR number_role(n, p_t) IS DISTINCT FROM 'session'))
       OR NOT session_take(p_t, v, v_who) THEN
        RETURN 'conflict';
    END IF;
    UPDATE session s SET state = 'in-progress', closed_reason = NULL, ended_at = NULL, until = v.until, reopened_at = p_t,
           changed_at = p_t
     WHERE s.tenant = p_tenant AND s.session_id = p_session;
    RETURN 'ok';
END $$;

-- What every call or text of the API meets first: locks the session. $5 participant it is for  $6 id of the call or text
-- said is null where it may go on, "ok" where it was asked for before, else why not: session-unknown,
-- participant-unknown, closed. Index: session_pkey, interaction_pkey, participant_place, service_pkey
CREATE OR REPLACE FUNCTION session_asked(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_session uuid, p_who uuid, p_id uuid,
    OUT said text, OUT session session, OUT service service
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT s.* INTO session FROM session s
     WHERE s.tenant = p_tenant AND s.session_id = p_session AND s.service_id = p_service FOR UPDATE;
    IF NOT FOUND THEN
        said := 'session-unknown';
    ELSIF EXISTS (SELECT FROM interaction i WHERE i.tenant = p_tenant AND i.interaction_id = p_id) THEN
        said := 'ok';
    ELSIF NOT EXISTS (SELECT FROM participant p WHERE p.tenant = p_tenant AND p.session_id = p_session
                         AND p.participant_id = p_who AND p.deleted_at IS NULL) THEN
        said := 'participant-unknown';
    ELSIF session.state = 'closed' OR session.until <= p_t THEN
        said := 'closed';
    ELSE
        SELECT s.* INTO service FROM service s WHERE s.tenant = p_tenant AND s.service_id = p_service;
    END IF;
END $$;

-- Notes an interaction: the session is in progress, and where its end slides, it slides. A repeat changes nothing.
-- $4 id of the call or text  $5 voice, message  $6 from  $7 to  $8 why it went no further, or null
CREATE OR REPLACE FUNCTION session_touch(
    p_t timestamptz, p_tenant uuid, p_session uuid, p_id uuid, p_kind text, p_from uuid, p_to uuid, p_refused text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v session;
BEGIN
    INSERT INTO interaction VALUES (p_tenant, p_id, p_session, p_kind, p_from, p_to, p_refused, p_t, p_t)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND OR p_refused IS NOT NULL THEN RETURN FOUND; END IF;
    UPDATE session s
       SET state = 'in-progress', started_at = coalesce(s.started_at, p_t), last_at = greatest(s.last_at, p_t),
           until = CASE WHEN s.slides THEN session_end(greatest(s.last_at, p_t), s.ttl, true, s.expires_at) ELSE s.until END
     WHERE s.tenant = p_tenant AND s.session_id = p_session AND s.until > p_t AND s.state <> 'closed'
    RETURNING s.* INTO v;
    UPDATE claim c SET used_at = p_t, until = v.until, reuse_after = v.until + make_interval(secs => v.cool_off)
     WHERE v.slides AND c.tenant = p_tenant AND c.target_id = p_session AND c.kind = 'session' AND c.until > p_t;
    PERFORM session_job(p_t, p_tenant, v.service_id, 'interaction', p_session, p_id);
    RETURN true;
END $$;

-- Queues news for a customer who wants any. The worker numbers it (event.seq) when it is its turn.
CREATE OR REPLACE FUNCTION session_job(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_kind text, p_session uuid, p_about uuid
) RETURNS void LANGUAGE sql AS $$
    SELECT put_job(p_t, p_tenant, 'event', p_service::text, p_kind || ':' || p_about || ':' || extract(epoch FROM p_t),
                   jsonb_build_object('kind', p_kind, 'service', p_service, 'session', p_session, 'about', p_about), p_t)
      FROM service s
     WHERE s.tenant = p_tenant AND s.service_id = p_service
       AND (s.events_url IS NOT NULL OR (s.callback_url IS NOT NULL AND p_kind IN ('interaction', 'moved')))
$$;

-- Sessions of a service that have run out and stand as if they were live, until the worker looks. Index: session_running
CREATE OR REPLACE FUNCTION session_overdue(p_t timestamptz, p_tenant uuid, p_service uuid) RETURNS SETOF session
LANGUAGE sql STABLE SET enable_seqscan = off  -- they are few, whatever the planner thinks of "until <= $1"
AS $$
    SELECT s.* FROM session s
     WHERE s.tenant = p_tenant AND s.service_id = p_service AND s.state <> 'closed' AND s.until <= p_t
$$;
