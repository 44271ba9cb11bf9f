-- The life of a claim (DESIGN 4a): live while t < until, cooling until reuse_after, then free. No sweeper is needed.

-- Takes (number, party) for a target if it is free, or being replaced by the same caller. Returns whether it was had.
-- $1 t $2 tenant $3 number $4 party key $5 claim id $6 kind $7 target $8 target id $9 scan $10 until $11 reuse_after
CREATE OR REPLACE FUNCTION take_claim(
    p_t timestamptz, p_tenant uuid, p_number uuid, p_party bytea, p_claim uuid, p_kind text, p_target text,
    p_target_id uuid, p_scan uuid, p_until timestamptz, p_reuse timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO claim AS c (tenant, number_id, party_key, claim_id, kind, target, target_id, scan_id,
                            made_at, used_at, until, reuse_after)
    VALUES (p_tenant, p_number, p_party, p_claim, p_kind, p_target, p_target_id, p_scan,
            p_t, p_t, p_until, p_reuse)
    ON CONFLICT (tenant, number_id, party_key) DO UPDATE
       SET claim_id = EXCLUDED.claim_id, kind = EXCLUDED.kind, target = EXCLUDED.target,
           target_id = EXCLUDED.target_id, scan_id = EXCLUDED.scan_id, peer_key = NULL,
           made_at = p_t, used_at = p_t, until = EXCLUDED.until, reuse_after = EXCLUDED.reuse_after
     -- open and extension wait until free; bound and callback are the caller's own: the latest wins
     WHERE c.reuse_after <= p_t OR p_kind IN ('bound', 'callback');
    RETURN FOUND;
END $$;

-- Uses up an open or extension claim, once: of callers who race, one is told true, for the others it is over. It ends
-- before all time, not at $1: a caller who came a moment earlier and is served a moment later would find it live.
-- It cools as its kind says (open 30 s, extension 24 h), so that a late caller hears why and meets nobody else's car.
-- $1 t $2 tenant $3 number $4 party key $5 claim id
CREATE OR REPLACE FUNCTION spend_claim(p_t timestamptz, p_tenant uuid, p_number uuid, p_party bytea, p_claim uuid)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE claim
       SET until = '-infinity', used_at = p_t,
           reuse_after = p_t + CASE kind WHEN 'extension' THEN interval '24 hours' ELSE interval '30 seconds' END
     WHERE tenant = p_tenant AND number_id = p_number AND party_key = p_party AND claim_id = p_claim
       AND until > p_t;
    RETURN FOUND;
END $$;

-- Gives a scan its way to the owner: an open claim on a pool number, or an extension on a shared one.
--
-- $1 t  $2 tenant  $3 country of the sticker  $4 sticker  $5 scan  $6 claim id  $7 extensions to try, six digits each
-- $8 open claims a sticker may hold  $9 live extensions a shared number may hold (1 in 10,000 of a million)
-- Returns no row when everything is taken. Index: proxy_number_role, claim_pkey, claim_target
CREATE OR REPLACE FUNCTION claim_for_scan(
    p_t timestamptz, p_tenant uuid, p_country text, p_sticker uuid, p_scan uuid, p_claim uuid, p_extensions text[],
    p_most_open integer, p_most_extensions integer
) RETURNS TABLE (e164 text, extension text, until timestamptz) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan  -- all go by key
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_number record;
    v_digits text;
    v_accounts uuid[] := ARRAY(  -- whose owners have a number to see
        SELECT a.account_id FROM carrier_account a
         CROSS JOIN LATERAL (
             SELECT FROM proxy_number n
              WHERE n.account_id = a.account_id AND n.country = p_country AND n.removed_at IS NULL
                AND number_role(n, p_t) = 'shared' LIMIT 1) shared
         WHERE a.tenant = p_tenant);
BEGIN
    PERFORM FROM sticker WHERE tenant = p_tenant AND sticker_id = p_sticker FOR NO KEY UPDATE;  -- so that the count holds
    IF (SELECT count(*) FROM claim c
         WHERE c.tenant = p_tenant AND c.target_id = p_sticker AND c.kind = 'open' AND c.until > p_t) < p_most_open THEN
        FOR v_number IN
            SELECT n.e164, n.number_id
              FROM proxy_number n
              LEFT JOIN claim c ON c.tenant = p_tenant AND c.number_id = n.number_id AND c.party_key = '\x00'
             WHERE n.account_id = ANY (v_accounts) AND n.country = p_country AND n.removed_at IS NULL
               AND number_role(n, p_t) = 'pool' AND (c.number_id IS NULL OR c.reuse_after <= p_t)
             ORDER BY c.reuse_after NULLS FIRST, random()
        LOOP
            -- Whoever tries a number holds its lock, and nobody waits for one: a taken row is locked too, and two scans
            -- that wait for each other's leftovers would be a deadlock.
            CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended(v_number.number_id::text, 0));
            IF take_claim(p_t, p_tenant, v_number.number_id, '\x00', p_claim, 'open', 'sticker', p_sticker, p_scan,
                          p_t + interval '120 seconds', p_t + interval '150 seconds') THEN
                RETURN QUERY SELECT v_number.e164, NULL::text, p_t + interval '120 seconds';
                RETURN;
            END IF;
        END LOOP;
    END IF;
    FOR v_number IN
        SELECT n.e164, n.number_id FROM proxy_number n
         WHERE n.account_id = ANY (v_accounts) AND n.country = p_country AND n.removed_at IS NULL
           AND number_role(n, p_t) = 'shared'
         ORDER BY n.e164  -- locks are waited for in one order
    LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(v_number.number_id::text, 1));  -- so that the limit holds
        CONTINUE WHEN (SELECT count(*) FROM claim c
                        WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id
                          AND c.party_key > '\x01' AND c.party_key < '\x02' AND c.until > p_t) >= p_most_extensions;
        FOREACH v_digits IN ARRAY p_extensions LOOP
            IF take_claim(p_t, p_tenant, v_number.number_id, '\x01'::bytea || v_digits::bytea, p_claim, 'extension',
                          'sticker', p_sticker, p_scan, p_t + interval '15 minutes',
                          p_t + interval '15 minutes 24 hours') THEN
                RETURN QUERY SELECT v_number.e164, v_digits, p_t + interval '15 minutes';
                RETURN;
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- Keeps a scan with its way to the owner, or where every number is taken, for a message to them; nothing where they have
-- no number to be texted from either, and a message would not arrive.
--
-- $1 to $9 as claim_for_scan  $10 reason  $11 language, device and browser of the visitor, $14 their address under a day key
-- Returns one row. served: whether the scan was kept. Index: proxy_number_role, scan_pkey
CREATE OR REPLACE FUNCTION start_scan(
    p_t timestamptz, p_tenant uuid, p_country text, p_sticker uuid, p_scan uuid, p_claim uuid, p_extensions text[],
    p_most_open integer, p_most_extensions integer, p_reason text, p_language text, p_device text, p_browser text,
    p_address_key bytea, OUT served boolean, OUT e164 text, OUT extension text, OUT until timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT c.e164, c.extension, c.until INTO e164, extension, until
      FROM claim_for_scan(p_t, p_tenant, p_country, p_sticker, p_scan, p_claim, p_extensions, p_most_open,
                          p_most_extensions) c;
    served := FOUND OR EXISTS (
        SELECT FROM proxy_number n WHERE n.tenant = p_tenant AND n.country = p_country AND n.removed_at IS NULL
           AND number_role(n, p_t) = 'shared');
    IF served THEN
        INSERT INTO scan (tenant, scan_id, sticker_id, at, reason, language, device, browser, address_key)
        VALUES (p_tenant, p_scan, p_sticker, p_t, p_reason, p_language, p_device, p_browser, p_address_key);
    END IF;
END $$;

-- The role a number plays now: its next one once it has rested; null while it rests.
CREATE OR REPLACE FUNCTION number_role(p_number proxy_number, p_t timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN p_number.resting_until > p_t THEN NULL
        WHEN p_number.resting_until IS NOT NULL THEN coalesce(p_number.next_role, p_number.role)
        ELSE p_number.role
    END
$$;
