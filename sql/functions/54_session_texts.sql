-- A text to a session's number: kept until it is passed on. One transaction with its job.

-- $1 t  $2 tenant  $3 account that signed  $4 dialled e164  $5 the sender's number key, null where withheld
-- $6 id of the message, made from the carrier's id, so that a repeat finds it  $7 its words, sealed
-- $8 whether the veto hook has passed it already
-- Returns null where the number is no session's; else references: verdict relay, ask (a hook decides first), or refuse and why
CREATE OR REPLACE FUNCTION session_text(
    p_t timestamptz, p_tenant uuid, p_account uuid, p_dialled text, p_from_key bytea, p_message uuid, p_body bytea,
    p_passed boolean
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_number  proxy_number;
    v_service service;
    v_claim   claim;
    v_from    participant;
    v_to      record;
    v_session session;
    v_why     text;
    v_said    jsonb;
BEGIN
    SELECT n.* INTO v_number FROM proxy_number n
     WHERE n.e164 = p_dialled AND n.account_id = p_account AND n.removed_at IS NULL AND number_role(n, p_t) = 'session';
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT s.* INTO v_service FROM service_number sn JOIN service s ON s.tenant = sn.tenant AND s.service_id = sn.service_id
     WHERE sn.tenant = p_tenant AND sn.number_id = v_number.number_id;
    v_said := jsonb_build_object('service', v_service.service_id, 'number', v_number.number_id, 'message', p_message);
    SELECT c.* INTO v_claim FROM claim c
     WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.kind = 'session'
       AND c.party_key = '\x03'::bytea || p_from_key AND c.reuse_after > p_t;
    IF v_claim.claim_id IS NULL OR v_claim.until <= p_t THEN
        RETURN v_said || session_outside(v_service, v_claim);
    END IF;
    SELECT s.* INTO v_session FROM session s WHERE s.tenant = p_tenant AND s.session_id = v_claim.target_id FOR UPDATE;
    SELECT p.* INTO v_from FROM participant p JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
     WHERE p.tenant = p_tenant AND p.session_id = v_claim.target_id AND f.number_key = p_from_key AND p.deleted_at IS NULL;
    SELECT p.participant_id, p.phone_id, p.number_id, n.account_id, f.number_key INTO v_to
      FROM participant p JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
      JOIN proxy_number n ON n.number_id = p.number_id AND n.removed_at IS NULL
     WHERE p.tenant = p_tenant AND p.session_id = v_claim.target_id AND p.side <> v_from.side AND p.deleted_at IS NULL
     ORDER BY p.place LIMIT 1;
    v_said := v_said || jsonb_build_object('target', 'session', 'target_id', v_session.session_id,
                                           'from', v_from.participant_id, 'to', v_to.participant_id);
    SELECT i.refused INTO v_why FROM interaction i WHERE i.tenant = p_tenant AND i.interaction_id = p_message;
    IF FOUND THEN  -- a repeat
        RETURN v_said || CASE WHEN v_why IS NULL THEN jsonb_build_object('verdict', 'relay') ELSE refusal(v_why) END;
    END IF;
    v_why := CASE
        WHEN v_to.participant_id IS NULL OR (v_session.direction = 'one-way' AND v_from.side = 2) THEN 'unavailable'
        WHEN v_session.mode = 'voice-only' THEN 'mode'
        WHEN EXISTS (SELECT FROM service_opt_out o WHERE o.tenant = p_tenant AND o.service_id = v_service.service_id
                        AND o.number_key = v_to.number_key) THEN 'opted-out'
        WHEN v_service.texts_a_day IS NOT NULL AND tally_over(p_t, p_tenant, 'texts-service',
             uuid_send(v_service.service_id), interval '24 hours', v_service.texts_a_day) THEN 'quota' END;
    IF v_why IS NULL AND v_service.intercept_url IS NOT NULL AND NOT p_passed THEN
        RETURN v_said || jsonb_build_object('verdict', 'ask');
    END IF;
    IF session_touch(p_t, p_tenant, v_session.session_id, p_message, 'message', v_from.participant_id,
                     v_to.participant_id, v_why) AND v_why IS NULL THEN
        INSERT INTO message (tenant, message_id, session_id, account_id, number_id, phone_id, body, state, made_at, changed_at)
        VALUES (p_tenant, p_message, v_session.session_id, v_to.account_id, v_to.number_id, v_to.phone_id, p_body,
                'accepted', p_t, p_t);
        INSERT INTO outbox (tenant, kind, subject, idempotency, payload, made_at, due)
        VALUES (p_tenant, 'relay', v_session.session_id::text, p_message::text,
                jsonb_build_object('message', p_message), p_t, p_t) ON CONFLICT DO NOTHING;
        PERFORM pg_notify('outbox', '');
    END IF;
    RETURN v_said || CASE WHEN v_why IS NULL THEN jsonb_build_object('verdict', 'relay') ELSE refusal(v_why) END;
END $$;
