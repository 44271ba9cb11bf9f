-- What the people of sessions wish.

-- Whoever a session rings refuses calls and texts of who calls from now on, in every session of its service. The customer
-- hears of it.
-- $3 service  $4 session  $5 participant who blocks  $6 whom  $7 the call, of which the customer is told  $8 until
-- Indexes: participant_pkey, phone_pkey, session_block_pkey
CREATE OR REPLACE FUNCTION session_blocks(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_session uuid, p_by uuid, p_whom uuid, p_call uuid,
    p_until timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO session_block (tenant, service_id, phone_id, party_key, made_at, until)
    SELECT m.tenant, p_service, m.phone_id, f.number_key, p_t, p_until
      FROM participant m JOIN participant o ON o.tenant = m.tenant AND o.participant_id = p_whom AND o.session_id = p_session
      JOIN phone f ON f.tenant = o.tenant AND f.phone_id = o.phone_id
     WHERE m.tenant = p_tenant AND m.participant_id = p_by AND m.session_id = p_session AND m.phone_id IS NOT NULL
    ON CONFLICT (tenant, service_id, phone_id, party_key) DO UPDATE SET until = EXCLUDED.until;
    IF FOUND THEN
        PERFORM session_job(p_t, p_tenant, p_service, 'blocked', p_session, p_call);
    END IF;
END $$;

-- Who of a session's other side may read a text, first whoever takes texts of this sender, and why not: unavailable (they
-- blocked the sender), opted-out. $3 service  $4 session  $5 the sender's side  $6 the sender's phone
-- Indexes: participant_place, phone_pkey, proxy_number_number_id_key, session_block_pkey, block_pkey, service_opt_out_pkey
CREATE OR REPLACE FUNCTION session_readers(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_session uuid, p_side integer, p_from_phone uuid
) RETURNS TABLE (participant_id uuid, phone_id uuid, number_key bytea, number_id uuid, account_id uuid, side smallint, why text)
LANGUAGE sql STABLE AS $$
    SELECT p.participant_id, p.phone_id, f.number_key, p.number_id, n.account_id, p.side, w.why
      FROM participant p JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
      JOIN proxy_number n ON n.number_id = p.number_id AND n.removed_at IS NULL
     CROSS JOIN LATERAL (SELECT CASE
            WHEN session_blocked(p_t, p_tenant, p_service, p.phone_id, p_from_phone) THEN 'unavailable'
            WHEN EXISTS (SELECT FROM service_opt_out o WHERE o.tenant = p_tenant AND o.service_id = p_service
                            AND o.number_key = f.number_key) THEN 'opted-out' END AS why) AS w
     WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.deleted_at IS NULL AND p.side <> p_side
     ORDER BY w.why IS NOT NULL, p.place
$$;

-- Passes a text on to one more of the other side, as an interaction and a text of its own; a repeat changes nothing.
-- $3 the text as it came  $4 id of the new one  $5 who reads it  $6 its words, sealed for it  $7 ids of what came with it and
-- $8 where that is, sealed for them  Index: interaction_pkey, session_pkey, service_pkey, participant_pkey, phone_pkey
CREATE OR REPLACE FUNCTION session_text_copy(
    p_t timestamptz, p_tenant uuid, p_message uuid, p_copy uuid, p_to uuid, p_body bytea, p_media uuid[], p_boxes bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v     record;
    v_to  record;
    v_why text;
BEGIN
    SELECT i.from_participant, s AS session, r AS service, c.side, c.phone_id INTO v
      FROM interaction i JOIN session s ON s.tenant = i.tenant AND s.session_id = i.session_id
      JOIN service r ON r.tenant = s.tenant AND r.service_id = s.service_id
      JOIN participant c ON c.tenant = i.tenant AND c.participant_id = i.from_participant
     WHERE i.tenant = p_tenant AND i.interaction_id = p_message;
    SELECT * INTO v_to FROM session_readers(p_t, p_tenant, (v.service).service_id, (v.session).session_id, v.side, v.phone_id)
     WHERE participant_id = p_to;
    IF v_to.participant_id IS NULL
       OR EXISTS (SELECT FROM interaction i WHERE i.tenant = p_tenant AND i.interaction_id = p_copy) THEN
        RETURN;
    END IF;
    v_why := coalesce(v_to.why, session_text_refused(p_t, v.session, v.service, v.from_participant, v_to.number_key, false));
    IF session_touch(p_t, p_tenant, (v.session).session_id, p_copy, 'message', v.from_participant, p_to, v_why)
       AND v_why IS NULL THEN
        PERFORM session_text_keep(p_t, p_tenant, (v.session).session_id, p_copy, p_body, v_to.account_id, v_to.number_id,
                                  v_to.phone_id);
        INSERT INTO media (tenant, media_id, message_id, kind, sealed, made_at, place)
        SELECT p_tenant, m.id, p_copy, 'address', m.box, p_t, m.place
          FROM unnest(p_media, p_boxes) WITH ORDINALITY AS m (id, box, place);
    END IF;
END $$;

DROP FUNCTION IF EXISTS session_text_refused(timestamptz, session, service, bytea, boolean);  -- nobody asks it any more

-- When quiet hours end that now is in; null where it is in none.
CREATE OR REPLACE FUNCTION quiet_ends(p_from time, p_to time, p_timezone text, p_t timestamptz)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT (here.at::date + p_to + CASE WHEN here.at::time < p_to THEN interval '0' ELSE interval '1 day' END)
               AT TIME ZONE p_timezone
      FROM (SELECT p_t AT TIME ZONE p_timezone AS at) AS here
     WHERE is_quiet(p_from, p_to, p_timezone, p_t)
$$;

-- Holds texts back until their service's quiet hours end, if it asks for that. What came with them is fetched at once: the
-- carrier's copy is deleted before. $3 session  $4 texts that have just been kept
-- Indexes: session_pkey, service_pkey, outbox_tenant_kind_idempotency_key, media_message
CREATE OR REPLACE FUNCTION session_texts_hold(p_t timestamptz, p_tenant uuid, p_session uuid, p_messages uuid[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_until timestamptz := (
        SELECT quiet_ends(r.quiet_from, r.quiet_to, r.timezone, p_t)
          FROM session s JOIN service r ON r.tenant = s.tenant AND r.service_id = s.service_id
         WHERE s.tenant = p_tenant AND s.session_id = p_session AND r.holds_texts);
BEGIN
    IF v_until IS NULL THEN RETURN; END IF;
    UPDATE outbox o SET due = v_until
     WHERE o.tenant = p_tenant AND o.kind = 'relay' AND o.idempotency = ANY (p_messages::text[]) AND o.leased_until IS NULL;
    INSERT INTO outbox (tenant, kind, subject, idempotency, payload, made_at, due)
    SELECT DISTINCT p_tenant, 'collect', m.message_id::text, m.message_id::text,
           jsonb_build_object('message', m.message_id), p_t, p_t
      FROM media m WHERE m.tenant = p_tenant AND m.message_id = ANY (p_messages) AND m.kind = 'address'
    ON CONFLICT DO NOTHING;
END $$;
