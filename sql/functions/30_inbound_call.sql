-- Routing: one inbound call, one round trip (DESIGN 4a). The one statement that crosses rooms.
--
-- Finds the number, the repeat and the claim, binds the open one, keeps the call with its callback claim, and returns the
-- route. READ COMMITTED; the caller retries once on 40001 and 23505 (two copies of one webhook at the same instant: the
-- second then finds the first's row).
--
-- $1  t              $2  tenant and $3 account that signed    $4  the carrier's id of the call
-- $5  dialled e164   $6  number key of the caller and $7 of ForwardedFrom, null where withheld or absent
-- $8  the caller under the newest day keys, today's first; empty where withheld
-- $9  id of today's short key    $10 the caller sealed under it, null where withheld
-- $11 id for the call    $12 id for a claim    $13 over quota    $14 ring and $15 talk, seconds
-- Returns the route, the sealed number it dials (null if none), and whether this webhook was answered before.
-- Indexes: proxy_number_pkey, call (tenant, account_id, carrier_call), claim_pkey, sticker_contact_pkey, phone_pkey
CREATE OR REPLACE FUNCTION inbound_call(
    p_t timestamptz, p_tenant uuid, p_account uuid, p_carrier_call text, p_dialled text, p_from_key bytea,
    p_forwarded_key bytea, p_scanner_keys bytea[], p_short_key bigint, p_caller_sealed bytea, p_call uuid, p_claim uuid,
    p_over boolean, p_ring integer, p_talk integer
) RETURNS TABLE (route jsonb, box bytea, again boolean) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan  -- all go by key: planned once a connection, never anew for one caller's keys
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_number proxy_number;
    v_role   text;
    v_shared text;
    v_own    claim;
    v_open   claim;
    v_route  jsonb;
    v_party  bytea := CASE WHEN p_from_key IS NULL THEN '\x04'::bytea || uuid_send(p_call)
                           ELSE '\x02'::bytea || p_scanner_keys[1] END;
BEGIN
    SELECT coalesce(s.route, c.route) INTO v_route FROM call c
      LEFT JOIN call_step s ON s.tenant = c.tenant AND s.call_id = c.call_id AND s.step = 'start'
     WHERE c.tenant = p_tenant AND c.account_id = p_account AND c.carrier_call = p_carrier_call;
    IF FOUND THEN
        RETURN QUERY SELECT v_route, route_box(p_tenant, v_route), true;
        RETURN;
    END IF;

    SELECT n.* INTO v_number FROM proxy_number n
     WHERE n.e164 = p_dialled AND n.account_id = p_account AND n.removed_at IS NULL;
    IF NOT FOUND THEN
        RETURN QUERY SELECT jsonb_build_object('verdict', 'refuse', 'why', 'not-ours'), NULL::bytea, false;
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM short_key k WHERE k.key_id = p_short_key) THEN
        RETURN QUERY SELECT jsonb_build_object('verdict', 'refuse', 'why', 'stale'), NULL::bytea, false;
        RETURN;
    END IF;

    v_role := number_role(v_number, p_t);
    IF v_role IS NULL THEN
        v_route := refusal('resting');
    ELSIF EXISTS (SELECT FROM proxy_number n WHERE n.number_key IN (p_from_key, p_forwarded_key)
                                                              AND n.removed_at IS NULL) THEN
        v_route := refusal('loop');
    ELSIF p_over THEN
        v_route := refusal('quota');
    ELSE
        v_shared := shared_for(v_number, p_t);
        SELECT c.* INTO v_own FROM claim c
         WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.until > p_t
           AND c.party_key = ANY (own_keys(v_role, p_from_key, p_scanner_keys))
         ORDER BY c.used_at DESC LIMIT 1;
        IF v_role = 'pool' THEN
            SELECT c.* INTO v_open FROM claim c
             WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.party_key = '\x00'
               AND c.reuse_after > p_t;
            IF v_own.claim_id IS NOT NULL AND v_open.until > p_t AND v_open.target_id <> v_own.target_id THEN
                v_route := jsonb_build_object('verdict', 'which', 'own', v_own.claim_id, 'open', v_open.claim_id);
            ELSIF v_open.until > p_t
                  AND spend_claim(p_t, p_tenant, v_number.number_id, '\x00', v_open.claim_id) THEN
                v_route := bind_claim(p_t, v_number, v_party, v_open, p_claim, p_from_key, v_shared);
            ELSIF v_own.claim_id IS NOT NULL THEN
                v_route := bind_claim(p_t, v_number, v_party, v_own, p_claim, p_from_key, v_shared);
            ELSE
                v_route := jsonb_build_object('verdict', 'enter', 'tries', 0, 'stay', false, 'why',
                    CASE WHEN v_open.claim_id IS NOT NULL THEN 'cooling' ELSE 'stranger' END);
            END IF;
        ELSIF v_role = 'shared' THEN
            v_route := jsonb_build_object('verdict', 'enter', 'tries', 0, 'stay', v_own.claim_id IS NOT NULL);
        ELSE
            v_route := refusal('stranger');
        END IF;
    END IF;

    v_route := v_route || jsonb_build_object('call', p_call, 'ring', p_ring, 'talk', p_talk);
    v_route := v_route || scan_words(p_tenant, (v_route ->> 'scan')::uuid);
    INSERT INTO call (tenant, call_id, account_id, carrier_call, number_id, purpose, state, attempt, outcome, claim_id,
                      target, target_id, scan_id, route, caller_sealed, started_at, closes_at)
    VALUES (p_tenant, p_call, p_account, p_carrier_call, v_number.number_id, 'masked',
            CASE v_route ->> 'verdict' WHEN 'ring' THEN 2 WHEN 'refuse' THEN 0 ELSE 1 END, 1,
            CASE WHEN v_route ->> 'verdict' = 'refuse' THEN 'refused' END, (v_route ->> 'claim')::uuid,
            v_route ->> 'target', (v_route ->> 'target_id')::uuid, (v_route ->> 'scan')::uuid, v_route, p_caller_sealed,
            p_t, p_t + make_interval(secs => p_talk + p_ring + 300));
    PERFORM keep_callback(p_t, p_tenant, p_call, v_route, v_shared, p_from_key IS NULL, p_talk + 60);
    RETURN QUERY SELECT v_route, route_box(p_tenant, v_route), false;
END $$;

CREATE OR REPLACE FUNCTION refusal(p_why text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('verdict', 'refuse', 'why', p_why)
$$;

-- The party keys under which a caller's own claims on a number may stand, by the number's role.
CREATE OR REPLACE FUNCTION own_keys(p_role text, p_from_key bytea, p_scanner_keys bytea[])
RETURNS bytea[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['\x02'::bytea || p_scanner_keys[1], '\x02'::bytea || p_scanner_keys[2],
                 CASE WHEN p_role <> 'pool' THEN '\x03'::bytea || p_from_key END]
$$;

-- The shared number of the same carrier account and country: what owners see. A shared number is its own.
CREATE OR REPLACE FUNCTION shared_for(p_number proxy_number, p_t timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF number_role(p_number, p_t) = 'shared' THEN RETURN p_number.e164; END IF;
    RETURN (SELECT n.e164 FROM proxy_number n
             WHERE n.account_id = p_number.account_id AND n.country = p_number.country AND n.removed_at IS NULL
               AND number_role(n, p_t) = 'shared'
             ORDER BY n.made_at, n.e164 LIMIT 1);
END $$;

-- Makes a claim the caller's own for 24 hours from now and routes to its target. The older of two day keys gives way.
CREATE OR REPLACE FUNCTION bind_claim(
    p_t timestamptz, p_number proxy_number, p_party bytea, p_from claim, p_claim uuid, p_from_key bytea, p_shared text
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    -- A claim used again stays the one it is; only a take-over makes a new one.
    v_claim uuid := CASE WHEN p_from.kind IN ('bound', 'callback') THEN p_from.claim_id ELSE p_claim END;
BEGIN
    IF p_from.kind = 'callback' THEN
        UPDATE claim SET used_at = p_t
         WHERE tenant = p_from.tenant AND number_id = p_from.number_id AND party_key = p_from.party_key;
    ELSE
        DELETE FROM claim WHERE p_from.kind = 'bound' AND p_from.party_key <> p_party
           AND tenant = p_from.tenant AND number_id = p_from.number_id AND party_key = p_from.party_key;
        PERFORM take_claim(p_t, p_number.tenant, p_number.number_id, p_party, v_claim, 'bound', p_from.target,
                           p_from.target_id, p_from.scan_id, p_t + interval '24 hours', p_t + interval '24 hours');
    END IF;
    RETURN route_target(p_t, p_number.tenant, p_from.target, p_from.target_id, 1, p_from_key, p_shared)
        || jsonb_build_object('claim', v_claim, 'kind', p_from.kind, 'target', p_from.target,
                              'target_id', p_from.target_id, 'scan', p_from.scan_id);
END $$;

-- What the scan adds to a route: why the stranger called and in which language they read the page.
CREATE OR REPLACE FUNCTION scan_words(p_tenant uuid, p_scan uuid) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((SELECT jsonb_build_object('reason', reason, 'language', language)
                       FROM scan WHERE tenant = p_tenant AND scan_id = p_scan), '{}');
END $$;

-- The owner's way back to this stranger, on the number that the owner sees; the last stranger wins.
-- $7 seconds that the call may still last; its end sets the time right (move_call)
CREATE OR REPLACE FUNCTION keep_callback(
    p_t timestamptz, p_tenant uuid, p_call uuid, p_route jsonb, p_shared text, p_withheld boolean, p_talk integer
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_until timestamptz := p_t + make_interval(secs => p_talk, mins => (p_route ->> 'callback_minutes')::integer);
BEGIN
    IF p_route ? 'phone' AND NOT p_withheld AND (p_route ->> 'callback_minutes')::integer > 0 THEN
        PERFORM take_claim(p_t, p_tenant, n.number_id, '\x03'::bytea || f.number_key, p_call, 'callback', 'call', p_call,
                           (p_route ->> 'scan')::uuid, v_until, v_until)
           FROM proxy_number n, phone f
          WHERE n.e164 = p_shared AND f.tenant = p_tenant AND f.phone_id = (p_route ->> 'phone')::uuid;
    END IF;
END $$;
