-- What the people of sessions wish.

-- Whoever a session rings refuses calls and texts of who calls from now on, on every number of the account. What the owner
-- of a sticker has decided stays theirs. The customer hears of it.
-- $3 service  $4 session  $5 participant who blocks  $6 whom  $7 the call, of which the customer is told  $8 until
-- Indexes: participant_pkey, phone_pkey, block_pkey
CREATE OR REPLACE FUNCTION session_blocks(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_session uuid, p_by uuid, p_whom uuid, p_call uuid,
    p_until timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO block AS b (tenant, phone_id, party_key, made_at, until, service_id)
    SELECT m.tenant, m.phone_id, f.number_key, p_t, p_until, p_service
      FROM participant m JOIN participant o ON o.tenant = m.tenant AND o.participant_id = p_whom AND o.session_id = p_session
      JOIN phone f ON f.tenant = o.tenant AND f.phone_id = o.phone_id
     WHERE m.tenant = p_tenant AND m.participant_id = p_by AND m.session_id = p_session AND m.phone_id IS NOT NULL
    ON CONFLICT (tenant, phone_id, party_key) DO UPDATE
       SET until = EXCLUDED.until,
           service_id = CASE WHEN b.until <= p_t OR b.service_id IS NOT NULL THEN EXCLUDED.service_id END;
    IF FOUND THEN
        PERFORM session_job(p_t, p_tenant, p_service, 'blocked', p_session, p_call);
    END IF;
END $$;
