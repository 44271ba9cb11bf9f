-- Calls that a customer asks for: one person of a session is rung first, and once they accept, the other side.

-- Keeps such a call, and the job that places it. $3 service  $4 session  $5 participant who is rung first  $6 id of the call
-- Returns "ok", also where it was asked for before, or why not: session-unknown, participant-unknown, closed, no-partner, mode, unavailable, quota
CREATE OR REPLACE FUNCTION session_place(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_session uuid, p_first uuid, p_call uuid
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_asked   record;
    v_service service;
    v_first   record;
    v_route   jsonb;
BEGIN
    SELECT * INTO v_asked FROM session_asked(p_t, p_tenant, p_service, p_session, p_first, p_call);
    IF v_asked.said IS NOT NULL THEN RETURN v_asked.said; END IF;
    v_service := v_asked.service;
    SELECT p.side, f.language, r.number_id, r.account_id INTO v_first
      FROM session_reads(p_tenant, p_session, p_first, NULL) r
      JOIN participant p ON p.tenant = p_tenant AND p.participant_id = r.participant_id
      JOIN phone f ON f.tenant = p_tenant AND f.phone_id = r.phone_id;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM session_reads(p_tenant, p_session, NULL, v_first.side)) THEN
        RETURN 'no-partner';
    END IF;
    v_route := session_route(p_t, p_tenant, p_session, p_first, v_first.side, 1, v_first.number_id);
    IF v_route ->> 'verdict' <> 'ring' THEN RETURN v_route ->> 'why'; END IF;
    IF session_over(p_t, v_service, p_session, p_first, 'calls') THEN RETURN 'quota'; END IF;
    v_route := session_said(v_service, v_first.number_id) || v_route
        || jsonb_build_object('call', p_call, 'kind', 'placed', 'language', v_first.language);
    INSERT INTO call (tenant, call_id, account_id, number_id, purpose, state, attempt, target, target_id, route,
                      started_at, closes_at)
    VALUES (p_tenant, p_call, v_first.account_id, v_first.number_id, 'placed', 0, 1, 'session', p_session, v_route, p_t,
            p_t + make_interval(secs => (v_route ->> 'talk')::integer + 2 * (v_route ->> 'ring')::integer + 600));
    PERFORM session_touch(p_t, p_tenant, p_session, p_call, 'voice', p_first, (v_route ->> 'to')::uuid, NULL);
    PERFORM put_job(p_t, p_tenant, 'ring-first', p_call::text, p_call::text, jsonb_build_object('call', p_call), p_t);
    RETURN 'ok';
END $$;

-- Moves a call that is still to be placed to another carrier: to a number of the service there that both people can have,
-- which both are shown. They may call back on it as long as the session lasts. Returns whether there was one.
-- Indexes: call_pkey, service_number_pool, proxy_number_number_id_key, claim_pkey
CREATE OR REPLACE FUNCTION session_place_elsewhere(p_t timestamptz, p_tenant uuid, p_call uuid)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_call    call;
    v_session session;
    v_number  proxy_number;
BEGIN
    SELECT c.* INTO v_call FROM call c WHERE c.tenant = p_tenant AND c.call_id = p_call AND c.ended_at IS NULL;
    SELECT s.* INTO v_session FROM session s WHERE s.tenant = p_tenant AND s.session_id = v_call.target_id FOR UPDATE;
    IF v_session.state = 'closed' OR v_session.until <= p_t THEN RETURN false; END IF;
    FOR v_number IN
        SELECT n.* FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
          JOIN proxy_number was ON was.number_id = v_call.number_id AND was.country = n.country
         WHERE sn.tenant = p_tenant AND sn.service_id = v_session.service_id AND sn.released_at IS NULL AND NOT sn.reserved
           AND n.account_id <> v_call.account_id AND session_serves(n, 'voice-only', p_t)
         ORDER BY random()
    LOOP
        IF session_both_have(p_t, v_session, v_number.number_id, (v_call.route ->> 'from')::uuid,
                             (v_call.route ->> 'to')::uuid) THEN
            UPDATE call c SET account_id = v_number.account_id, number_id = v_number.number_id,
                   route = c.route || jsonb_build_object('show', v_number.e164, 'number', v_number.number_id)
             WHERE c.tenant = p_tenant AND c.call_id = p_call;
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- Takes a number for two people of a session beside the ones they have, for both or none. Their claims end with the rest.
CREATE OR REPLACE FUNCTION session_both_have(p_t timestamptz, p_session session, p_number uuid, p_from uuid, p_to uuid)
RETURNS boolean LANGUAGE sql AS $$
    SELECT session_hold(p_t, p_session, array_agg(p_number), array_agg(s.party ORDER BY s.party),
                        array_agg(s.peer ORDER BY s.party))
      FROM session_parties(p_session.tenant, p_session.session_id, ARRAY[p_from, p_to]) s
     WHERE substr(s.party, 1, 1) = '\x03'
$$;
