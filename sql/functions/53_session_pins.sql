-- PINs of sessions: who knows one may call from any phone, and an awaited party joins by theirs.

-- One try at a PIN. Wrong, unknown and expired are alike; wrong ones count for the caller and for the number.
--
-- $1 t  $2 tenant  $3 call  $4 step (names the try: a repeat finds its row)  $5 the PIN's HMAC under each token root, the
-- newest first; empty where nothing was entered  $6 the caller's number key, null where withheld
-- $7 phone id, $8 number sealed and $9 language, should the caller join  $10 tries an hour a caller and $11 a number
-- Returns no row for an unknown call.
CREATE OR REPLACE FUNCTION session_pin(
    p_t timestamptz, p_tenant uuid, p_call uuid, p_step text, p_pins bytea[], p_from_key bytea, p_phone uuid,
    p_sealed bytea, p_language text, p_caller_limit integer, p_number_limit integer
) RETURNS TABLE (route jsonb, box bytea, again boolean) LANGUAGE plpgsql AS $$
DECLARE
    v_call    call;
    v_service service;
    v_claim   claim;
    v_who     participant;
    v_route   jsonb;
    v_tries   integer;
    v_caller  bytea := coalesce('\x03'::bytea || p_from_key, '\x04'::bytea || uuid_send(p_call));
BEGIN
    SELECT c.* INTO v_call FROM call c WHERE c.tenant = p_tenant AND c.call_id = p_call FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT s.route INTO v_route FROM call_step s WHERE s.tenant = p_tenant AND s.call_id = p_call AND s.step = p_step;
    IF FOUND THEN
        RETURN QUERY SELECT v_route, route_box(p_tenant, v_route), true;
        RETURN;
    END IF;
    SELECT s.* INTO v_service FROM service_number sn JOIN service s ON s.tenant = sn.tenant AND s.service_id = sn.service_id
     WHERE sn.tenant = p_tenant AND sn.number_id = v_call.number_id;
    v_tries := (v_call.route ->> 'tries')::integer + 1;
    v_route := v_call.route;
    IF v_route ->> 'verdict' <> 'enter' THEN
        NULL;  -- already decided: say the same again
    ELSIF tally_uses(p_t, p_tenant, 'pin-caller', ARRAY[v_caller]) >= p_caller_limit
          OR tally_uses(p_t, p_tenant, 'pin-number', ARRAY[uuid_send(v_call.number_id)]) >= p_number_limit THEN
        v_route := refusal('no-more-tries');
    ELSE
        SELECT c.* INTO v_claim FROM claim c
         WHERE c.tenant = p_tenant AND c.number_id = v_call.number_id AND c.until > p_t
           AND c.party_key = ANY (ARRAY(SELECT '\x05'::bytea || pin FROM unnest(p_pins) AS pin));
        SELECT p.* INTO v_who FROM participant p
         WHERE p.tenant = p_tenant AND p.session_id = v_claim.target_id AND p.pin_hash = ANY (p_pins)
           AND p.deleted_at IS NULL AND p.number_id = v_call.number_id
           AND NOT EXISTS (  -- somebody else of the same session, who has a PIN of their own
               SELECT FROM participant o JOIN phone f ON f.tenant = o.tenant AND f.phone_id = o.phone_id
                WHERE o.tenant = p.tenant AND o.session_id = p.session_id AND o.participant_id <> p.participant_id
                  AND f.number_key = p_from_key AND o.deleted_at IS NULL);
        IF v_who.participant_id IS NOT NULL THEN
            IF v_who.phone_id IS NULL AND p_from_key IS NOT NULL THEN
                PERFORM session_join(p_t, v_who, p_from_key, p_phone, p_sealed, p_language);
            END IF;
            v_route := session_passes(p_t, p_tenant, v_who.session_id, v_who.participant_id, v_who.side, p_call,
                                      v_service, v_call.number_id)
                || jsonb_build_object('claim', v_claim.claim_id);
        ELSE
            IF cardinality(p_pins) > 0 THEN
                PERFORM tally_over(p_t, p_tenant, 'pin-caller', v_caller, interval '1 hour', p_caller_limit);
                PERFORM tally_over(p_t, p_tenant, 'pin-number', uuid_send(v_call.number_id), interval '1 hour',
                                   p_number_limit);
            END IF;
            v_route := CASE WHEN v_tries < 3 THEN v_route || jsonb_build_object('tries', v_tries)
                            WHEN v_service.outside_url IS NOT NULL THEN session_outside(v_service, NULL)
                            ELSE refusal('no-more-tries') END;
        END IF;
    END IF;
    v_route := session_said(v_service, v_call.number_id)
        || jsonb_build_object('ring', v_call.route -> 'ring', 'talk', v_call.route -> 'talk')
        || v_route || jsonb_build_object('call', p_call);
    INSERT INTO call_step VALUES (p_tenant, p_call, 'start', p_t, v_call.route) ON CONFLICT DO NOTHING;
    INSERT INTO call_step VALUES (p_tenant, p_call, p_step, p_t, v_route);
    UPDATE call c SET route = v_route, claim_id = (v_route ->> 'claim')::uuid, target = v_route ->> 'target',
           target_id = (v_route ->> 'target_id')::uuid,
           state = greatest(c.state, CASE v_route ->> 'verdict' WHEN 'ring' THEN 2 ELSE 1 END),
           closes_at = greatest(c.closes_at, session_closes(p_t, v_route)),
           outcome = CASE WHEN v_route ->> 'verdict' = 'refuse' AND outcome_rank('refused') > outcome_rank(c.outcome)
                          THEN 'refused' ELSE c.outcome END
     WHERE c.tenant = p_tenant AND c.call_id = p_call;
    RETURN QUERY SELECT v_route, route_box(p_tenant, v_route), false;
END $$;

-- An awaited participant becomes whoever called with their PIN, if that phone can have their number. Else it is this call
-- only.
CREATE OR REPLACE FUNCTION session_join(
    p_t timestamptz, p_who participant, p_key bytea, p_phone uuid, p_sealed bytea, p_language text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_session session;
    v_phone   uuid;
BEGIN
    SELECT s.* INTO v_session FROM session s WHERE s.tenant = p_who.tenant AND s.session_id = p_who.session_id FOR UPDATE;
    INSERT INTO phone AS f (tenant, phone_id, number_key, sealed, language, made_at)
    VALUES (p_who.tenant, p_phone, p_key, p_sealed, p_language, p_t)
    ON CONFLICT (tenant, number_key) DO UPDATE SET language = f.language RETURNING f.phone_id INTO v_phone;
    UPDATE participant p SET phone_id = v_phone, changed_at = p_t
     WHERE p.tenant = p_who.tenant AND p.participant_id = p_who.participant_id AND p.phone_id IS NULL
       AND NOT EXISTS (SELECT FROM participant o WHERE o.tenant = p.tenant AND o.session_id = p.session_id
                          AND o.phone_id = v_phone);  -- also one that was removed: nobody comes twice
    IF NOT FOUND THEN RETURN false; END IF;
    IF session_take(p_t, v_session, ARRAY[p_who.participant_id]) THEN
        PERFORM session_job(p_t, p_who.tenant, v_session.service_id, 'joined', p_who.session_id, p_who.participant_id);
        RETURN true;
    END IF;
    UPDATE participant SET phone_id = NULL WHERE tenant = p_who.tenant AND participant_id = p_who.participant_id;
    RETURN false;
END $$;

-- Gives a participant who has a number a PIN there. False where another live session of that number has it.
CREATE OR REPLACE FUNCTION session_pin_set(p_t timestamptz, p_tenant uuid, p_participant uuid, p_pin bytea)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_session session;
    v_who     participant;
BEGIN
    SELECT s.* INTO v_session FROM session s JOIN participant p USING (tenant, session_id)
     WHERE p.tenant = p_tenant AND p.participant_id = p_participant FOR UPDATE OF s;
    SELECT p.* INTO v_who FROM participant p WHERE p.tenant = p_tenant AND p.participant_id = p_participant;
    IF NOT take_session_claim(p_t, v_session, v_who.number_id, '\x05'::bytea || p_pin, NULL) THEN RETURN false; END IF;
    UPDATE claim c SET until = p_t, reuse_after = p_t
     WHERE c.tenant = p_tenant AND c.number_id = v_who.number_id AND c.party_key = '\x05'::bytea || v_who.pin_hash
       AND v_who.pin_hash <> p_pin;
    UPDATE participant SET pin_hash = p_pin, changed_at = p_t WHERE tenant = p_tenant AND participant_id = p_participant;
    RETURN true;
END $$;
