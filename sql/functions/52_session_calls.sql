-- A call to a session's number. Nobody is connected who has no live claim there.

-- Whether somebody refuses somebody else: in the sessions of a service, or at a sticker of their own, which holds
-- everywhere. $3 service  $4 phone of who refuses  $5 of whom; null for one whom nobody knows
-- Indexes: phone_pkey, session_block_pkey, block_pkey
CREATE OR REPLACE FUNCTION session_blocked(p_t timestamptz, p_tenant uuid, p_service uuid, p_by uuid, p_whom uuid)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM phone g
         WHERE g.tenant = p_tenant AND g.phone_id = p_whom
           AND (EXISTS (SELECT FROM session_block b
                         WHERE b.tenant = p_tenant AND b.service_id = p_service AND b.phone_id = p_by
                           AND b.party_key = g.number_key AND b.until > p_t)
             OR EXISTS (SELECT FROM block b
                         WHERE b.tenant = p_tenant AND b.phone_id = p_by AND b.party_key = g.number_key
                           AND b.until > p_t)))
$$;

-- Where a call of one participant goes: whom of the other side it rings, but for those who blocked the caller, and what
-- each sees and hears.
-- $4 participant who calls, null for a PIN from an unknown phone  $5 their side  $6 attempt, from 1  $7 number that
-- carries the call: a carrier shows the numbers of its own account only
CREATE OR REPLACE FUNCTION session_route(
    p_t timestamptz, p_tenant uuid, p_session uuid, p_from uuid, p_side integer, p_attempt integer, p_number uuid
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v      record;
    c      participant;
    v_show text;
    v_left integer;
BEGIN
    SELECT p.* INTO c FROM participant p WHERE p.tenant = p_tenant AND p.participant_id = p_from AND p.deleted_at IS NULL;
    SELECT s.mode, s.direction, s.until, s.state, s.named, coalesce(s.ring, r.ring) AS ring, coalesce(s.talk, r.talk) AS talk,
           r AS service, r.quiet_from, r.quiet_to, r.timezone, r.screens, r.blocks,
           r.countries, p.participant_id, p.phone_id, p.announcement, n.e164, f.language, f.number_key,
           n.account_id = (SELECT d.account_id FROM proxy_number d WHERE d.number_id = p_number) AS is_beside
      INTO v
      FROM session s JOIN service r USING (tenant, service_id)
      JOIN participant p ON p.tenant = s.tenant AND p.session_id = s.session_id AND p.side <> p_side AND p.deleted_at IS NULL
      JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
      JOIN proxy_number n ON n.number_id = p.number_id AND n.removed_at IS NULL
     WHERE s.tenant = p_tenant AND s.session_id = p_session
       AND NOT session_blocked(p_t, p_tenant, s.service_id, p.phone_id, c.phone_id)
     ORDER BY p.place OFFSET p_attempt - 1 LIMIT 1;
    IF NOT FOUND OR v.state = 'closed' OR v.until <= p_t OR (v.direction = 'one-way' AND p_side = 2)
       OR is_quiet(v.quiet_from, v.quiet_to, v.timezone, p_t)
       OR EXISTS (SELECT FROM proxy_number o WHERE o.number_key = v.number_key AND o.removed_at IS NULL) THEN
        RETURN refusal('unavailable') || jsonb_build_object('target', 'session', 'target_id', p_session);
    ELSIF v.mode = 'message-only' THEN
        RETURN refusal('mode') || jsonb_build_object('target', 'session', 'target_id', p_session);
    END IF;
    v_left := session_seconds_left(p_t, v.service, p_session, p_from);
    IF v_left < 60 THEN
        RETURN refusal('quota') || jsonb_build_object('target', 'session', 'target_id', p_session);
    END IF;
    v_show := CASE WHEN v.is_beside THEN v.e164 ELSE session_shown(p_t, p_tenant, p_session, v.participant_id, p_number) END;
    IF v_show IS NULL THEN
        RETURN refusal('unavailable') || jsonb_build_object('target', 'session', 'target_id', p_session);
    END IF;
    RETURN jsonb_build_object('verdict', 'ring', 'target', 'session', 'target_id', p_session, 'kind', 'session',
        'show', v_show, 'phone', v.phone_id, 'callee_language', v.language, 'attempt', p_attempt, 'ring', v.ring,
        'talk', least(v.talk, v_left), 'service', (v.service).service_id, 'from', p_from, 'side', p_side, 'to', v.participant_id,
        'label', CASE WHEN v.named THEN c.called_as END, 'announced', c.announcement, 'announce', v.announcement,
        'screens', v.screens, 'blocks', v.blocks, 'countries', v.countries, 'callback_minutes', 0);
END $$;

-- What somebody sees whose own number is with another carrier account than the call that rings them: a number of the
-- service there which is theirs too from now on, as long as the session lasts, so that they can call back. The number that
-- carries the call if they can have it. Null where they can have none. $4 participant  $5 number that carries the call
-- Indexes: service_number_pool, proxy_number_number_id_key, claim_pkey
CREATE OR REPLACE FUNCTION session_shown(p_t timestamptz, p_tenant uuid, p_session uuid, p_who uuid, p_number uuid)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_session session;
    v_number  record;
BEGIN
    SELECT s.* INTO v_session FROM session s WHERE s.tenant = p_tenant AND s.session_id = p_session FOR UPDATE;
    FOR v_number IN
        SELECT n.number_id, n.e164
          FROM service_number sn JOIN proxy_number n ON n.number_id = sn.number_id
          JOIN proxy_number d ON d.account_id = n.account_id AND d.number_id = p_number
         WHERE sn.tenant = p_tenant AND sn.service_id = v_session.service_id AND sn.released_at IS NULL
           AND (NOT sn.reserved OR n.number_id = p_number) AND session_serves(n, 'voice-only', p_t)
         ORDER BY EXISTS (SELECT FROM session_parties(p_tenant, p_session, ARRAY[p_who]) s
                            JOIN claim c ON c.tenant = p_tenant AND c.number_id = n.number_id AND c.party_key = s.party
                           WHERE c.target_id = p_session AND c.until > p_t) DESC,
                  n.number_id = p_number DESC, random()
    LOOP
        IF session_both_have(p_t, v_session, v_number.number_id, p_who, p_who) THEN RETURN v_number.e164; END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- Whether a caller is refused by what their network says of their number (STIR), in the words of either carrier: a check that
-- failed; or, where full attestation is needed, any less than that. Who is not checked at all (null, Plivo's Not Applicable)
-- calls from where nobody checks. Plivo says Not Verified of B and C, of a failure and of nothing alike.
CREATE OR REPLACE FUNCTION session_unproven(p_service service, p_attestation text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_service.needs_attestation AND p_attestation LIKE 'TN-Validation-Failed%', false)
        OR coalesce(p_service.needs_full_attestation AND p_attestation NOT IN ('Verified', 'Not Applicable')
                    AND p_attestation NOT LIKE 'TN-Validation-Passed-A%', false)
$$;

-- What somebody meets who dials a session's number: ring, ask (a hook decides first), a PIN, or why not.
-- $2 the number  $3 the caller's number key, null where withheld  $4 call  $5 the STIR verdict
CREATE OR REPLACE FUNCTION session_arrives(
    p_t timestamptz, p_number proxy_number, p_from_key bytea, p_call uuid, p_attestation text
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_claim   claim;
    v_service service;
    v_from    record;
    v_route   jsonb;
BEGIN
    SELECT s.* INTO v_service FROM service_number sn JOIN service s ON s.tenant = sn.tenant AND s.service_id = sn.service_id
     WHERE sn.tenant = p_number.tenant AND sn.number_id = p_number.number_id;
    SELECT c.* INTO v_claim FROM claim c
     WHERE c.tenant = p_number.tenant AND c.number_id = p_number.number_id AND c.kind = 'session'
       AND c.party_key = '\x03'::bytea || p_from_key AND c.reuse_after > p_t;
    IF v_service.service_id IS NULL THEN
        RETURN refusal('no-session') || jsonb_build_object('target', 'session');
    ELSIF session_unproven(v_service, p_attestation) THEN
        RETURN refusal('unproven') || jsonb_build_object('target', 'session');
    ELSIF v_claim.until > p_t THEN
        SELECT p.participant_id, p.side, f.language, s.force_pin INTO v_from
          FROM participant p JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
          JOIN session s ON s.tenant = p.tenant AND s.session_id = p.session_id
         WHERE p.tenant = v_claim.tenant AND p.session_id = v_claim.target_id AND f.number_key = p_from_key
           AND p.deleted_at IS NULL;
        v_route := CASE WHEN v_from.force_pin
            THEN jsonb_build_object('verdict', 'enter', 'why', 'pin', 'tries', 0, 'digits', v_service.pin_length)
            ELSE session_passes(p_t, p_number.tenant, v_claim.target_id, v_from.participant_id, v_from.side, p_call,
                                v_service, p_number.number_id) END;
        RETURN session_said(v_service, p_number.number_id) || v_route
            || jsonb_build_object('claim', v_claim.claim_id, 'language', v_from.language);
    ELSIF v_claim.claim_id IS NULL AND EXISTS (
        SELECT FROM claim c WHERE c.tenant = p_number.tenant AND c.number_id = p_number.number_id
           AND c.party_key > '\x05' AND c.party_key < '\x06' AND c.until > p_t) THEN
        v_route := jsonb_build_object('verdict', 'enter', 'why', 'pin', 'tries', 0, 'digits', v_service.pin_length);
    ELSE
        v_route := session_outside(v_service, v_claim);
    END IF;
    RETURN session_said(v_service, p_number.number_id) || v_route;
END $$;

-- What every route of a session's number says.
CREATE OR REPLACE FUNCTION session_said(p_service service, p_number uuid) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('target', 'session', 'service', p_service.service_id, 'number', p_number,
                              'language', p_service.language)
$$;

-- Nobody's live session: the customer's hook may answer, else the caller hears why.
CREATE OR REPLACE FUNCTION session_outside(p_service service, p_claim claim) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('verdict', CASE WHEN p_service.outside_url IS NULL THEN 'refuse' ELSE 'ask' END,
                              'why', CASE WHEN p_claim.claim_id IS NULL THEN 'no-session' ELSE 'session-over' END,
                              'target', 'session', 'target_id', p_claim.target_id)
$$;

-- A live claim: rings and slides at once, or where a hook may veto, waits for it (session_screened).
CREATE OR REPLACE FUNCTION session_passes(
    p_t timestamptz, p_tenant uuid, p_session uuid, p_from uuid, p_side integer, p_call uuid, p_service service,
    p_number uuid
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_route jsonb := session_route(p_t, p_tenant, p_session, p_from, p_side, 1, p_number);
BEGIN
    IF v_route ->> 'verdict' = 'ring' AND session_over(p_t, p_service, p_session, p_from, 'calls') THEN
        v_route := refusal('quota') || jsonb_build_object('target', 'session', 'target_id', p_session);
    END IF;
    IF v_route ->> 'verdict' = 'ring' AND p_service.intercept_url IS NOT NULL THEN
        RETURN v_route || jsonb_build_object('verdict', 'ask');
    END IF;
    PERFORM session_touch(p_t, p_tenant, p_session, p_call, 'voice', p_from, (v_route ->> 'to')::uuid,
                          CASE WHEN v_route ->> 'verdict' <> 'ring' THEN v_route ->> 'why' END);
    RETURN v_route;
END $$;

-- A hook has spoken: the veto hook, or the one for calls outside of any session, which may have made one just now (then
-- the verdict may be "ask" again, for the veto). Whoever asks first decides; later ones get the same.
-- $1 t  $2 tenant  $3 call  $4 whether it may go on, null where the customer answers it in our place  $5 the caller's
-- number key. Returns no row for an unknown call.
CREATE OR REPLACE FUNCTION session_screened(
    p_t timestamptz, p_tenant uuid, p_call uuid, p_passed boolean, p_from_key bytea)
RETURNS TABLE (route jsonb, box bytea) LANGUAGE plpgsql AS $$
DECLARE
    v_call  call;
    v_route jsonb;
BEGIN
    SELECT c.* INTO v_call FROM call c WHERE c.tenant = p_tenant AND c.call_id = p_call FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    v_route := v_call.route;
    IF v_route ->> 'verdict' = 'ask' AND v_route ? 'to' THEN
        v_route := v_route || CASE WHEN p_passed
            THEN session_route(p_t, p_tenant, v_call.target_id, (v_route ->> 'from')::uuid,
                               (v_route ->> 'side')::integer, 1, v_call.number_id)
            ELSE refusal('vetoed') END;
        PERFORM session_touch(p_t, p_tenant, v_call.target_id, p_call, 'voice', (v_route ->> 'from')::uuid,
                              (v_route ->> 'to')::uuid,
                              CASE WHEN v_route ->> 'verdict' <> 'ring' THEN v_route ->> 'why' END);
    ELSIF v_route ->> 'verdict' = 'ask' THEN
        v_route := v_route || refusal(v_route ->> 'why');
        IF p_passed IS NULL THEN  -- a repeat comes to the hook's own answer again, which is kept
            INSERT INTO call_step VALUES (p_tenant, p_call, 'start', p_t, v_call.route) ON CONFLICT DO NOTHING;
        ELSIF p_passed THEN
            SELECT v_call.route || jsonb_build_object('why', NULL)
                || session_arrives(p_t, n, p_from_key, p_call, v_call.attestation)
              INTO v_route FROM proxy_number n WHERE n.number_id = v_call.number_id;
        END IF;
    END IF;
    UPDATE call c SET route = v_route, claim_id = (v_route ->> 'claim')::uuid,
           target_id = (v_route ->> 'target_id')::uuid,
           state = greatest(c.state, CASE v_route ->> 'verdict' WHEN 'ring' THEN 2 ELSE 0 END),
           closes_at = greatest(c.closes_at, session_closes(p_t, v_route)),
           outcome = CASE WHEN v_route ->> 'verdict' = 'refuse' AND p_passed IS NOT NULL
                               AND outcome_rank('refused') > outcome_rank(c.outcome)
                          THEN 'refused' ELSE c.outcome END
     WHERE c.tenant = p_tenant AND c.call_id = p_call;
    RETURN QUERY SELECT v_route, route_box(p_tenant, v_route);
END $$;

-- By when a call on a route must have ended: its ringing, its talk and five minutes for late news.
CREATE OR REPLACE FUNCTION session_closes(p_t timestamptz, p_route jsonb) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT p_t + make_interval(secs => (p_route ->> 'ring')::integer + (p_route ->> 'talk')::integer + 300)
$$;
