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
-- $16 the STIR verdict as the carrier words it, or null    $17 the caller's key of room callerid, null where withheld
-- Returns the route, the sealed number it dials (null if none), and whether this webhook was answered before.
-- Indexes: proxy_number_pkey, call (tenant, account_id, carrier_call), claim_pkey, sticker_contact_pkey, phone_pkey
CREATE OR REPLACE FUNCTION inbound_call(
    p_t timestamptz, p_tenant uuid, p_account uuid, p_carrier_call text, p_dialled text, p_from_key bytea,
    p_forwarded_key bytea, p_scanner_keys bytea[], p_short_key bigint, p_caller_sealed bytea, p_call uuid, p_claim uuid,
    p_over boolean, p_ring integer, p_talk integer, p_attestation text, p_name_key bytea,
    OUT route jsonb, OUT box bytea, OUT again boolean
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan  -- all go by key: planned once a connection, never anew for one caller's keys
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v        record;
    v_number proxy_number;
    v_role   text;
    v_own    claim;
    v_open   claim;
    v_way    record;
    v_kept   boolean;
    v_party  bytea := CASE WHEN p_from_key IS NULL THEN '\x04'::bytea || uuid_send(p_call)
                           ELSE '\x02'::bytea || p_scanner_keys[1] END;
BEGIN
    SELECT coalesce(s.route, c.route) INTO route FROM call c
      LEFT JOIN call_step s ON s.tenant = c.tenant AND s.call_id = c.call_id AND s.step = 'start'
     WHERE c.tenant = p_tenant AND c.account_id = p_account AND c.carrier_call = p_carrier_call;
    again := FOUND;
    IF again THEN
        box := route_box(p_tenant, route);
        RETURN;
    END IF;

    SELECT n AS number, s AS shared,
           EXISTS (SELECT FROM short_key k WHERE k.key_id = p_short_key) AS fresh,
           EXISTS (SELECT FROM proxy_number o
                    WHERE o.number_key IN (p_from_key, p_forwarded_key) AND o.removed_at IS NULL) AS looped
      INTO v
      FROM proxy_number n LEFT JOIN LATERAL shared_for(n, p_t) s ON true
     WHERE n.e164 = p_dialled AND n.account_id = p_account AND n.removed_at IS NULL;
    IF NOT FOUND THEN
        route := refusal('not-ours');
        RETURN;
    ELSIF NOT v.fresh THEN
        route := refusal('stale');
        RETURN;
    END IF;

    v_number := v.number;
    v_role := number_role(v_number, p_t);
    IF v_role IS NULL THEN
        route := refusal('resting') || CASE WHEN v_number.role = 'session' THEN '{"target": "session"}' ELSE '{}' END::jsonb;
    ELSIF v.looped THEN
        route := refusal('loop');
    ELSIF p_over THEN
        route := refusal('quota');
    ELSIF v_role = 'session' THEN
        route := session_arrives(p_t, v_number, p_from_key, p_call, p_attestation);
        box := route_box(p_tenant, route);
    ELSE
        SELECT c.* INTO v_own FROM claim c
         WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.until > p_t
           AND c.party_key = ANY (own_keys(v_role, p_from_key, p_scanner_keys))
         ORDER BY c.used_at DESC LIMIT 1;
        IF v_role = 'pool' THEN
            SELECT c.* INTO v_open FROM claim c
             WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.party_key = '\x00'
               AND c.reuse_after > p_t;
            IF v_own.claim_id IS NOT NULL AND v_open.until > p_t AND v_open.target_id <> v_own.target_id THEN
                route := jsonb_build_object('verdict', 'which', 'own', v_own.claim_id, 'open', v_open.claim_id);
            ELSIF v_open.until > p_t
                  AND spend_claim(p_t, p_tenant, v_number.number_id, '\x00', v_open.claim_id) THEN
                v_way := bind_claim(p_t, v_number, v_party, v_open, p_claim, p_from_key, v.shared);
            ELSIF v_own.claim_id IS NOT NULL THEN
                v_way := bind_claim(p_t, v_number, v_party, v_own, p_claim, p_from_key, v.shared);
            ELSE
                route := jsonb_build_object('verdict', 'enter', 'tries', 0, 'stay', false, 'why',
                    CASE WHEN v_open.claim_id IS NOT NULL THEN 'cooling' ELSE 'stranger' END);
            END IF;
        ELSE
            route := jsonb_build_object('verdict', 'enter', 'tries', 0, 'stay', v_own.claim_id IS NOT NULL);
        END IF;
    END IF;
    IF route IS NULL THEN
        route := v_way.route;
        box := v_way.box;
    END IF;

    route := wanted(jsonb_build_object('ring', p_ring, 'talk', p_talk) || route || jsonb_build_object('call', p_call)
        || scan_words(p_tenant, (route ->> 'scan')::uuid) || known_caller(p_name_key));
    IF route ->> 'verdict' <> 'ring' THEN box := NULL; END IF;
    INSERT INTO call (tenant, call_id, account_id, carrier_call, number_id, purpose, state, attempt, outcome, claim_id,
                      target, target_id, scan_id, route, caller_sealed, started_at, closes_at, attestation)
    VALUES (p_tenant, p_call, p_account, p_carrier_call, v_number.number_id, 'masked',
            CASE inbound_call.route ->> 'verdict' WHEN 'ring' THEN 2 WHEN 'refuse' THEN 0 ELSE 1 END, 1,
            CASE WHEN inbound_call.route ->> 'verdict' = 'refuse' THEN 'refused' END,
            (inbound_call.route ->> 'claim')::uuid, inbound_call.route ->> 'target',
            (inbound_call.route ->> 'target_id')::uuid, (inbound_call.route ->> 'scan')::uuid, inbound_call.route,
            p_caller_sealed, p_t, p_t + make_interval(secs => (inbound_call.route ->> 'talk')::integer
                + (inbound_call.route ->> 'ring')::integer + 300), p_attestation);
    IF v_role <> 'session' AND p_from_key IS NOT NULL AND route ->> 'verdict' = 'ring' THEN
        v_kept := keep_callback(p_t, p_tenant, p_call, route, v.shared, v_way.callee_key, p_talk + 60);
    END IF;
END $$;

-- As processes of the version before ask; goes with the next migration.
CREATE OR REPLACE FUNCTION inbound_call(
    p_t timestamptz, p_tenant uuid, p_account uuid, p_carrier_call text, p_dialled text, p_from_key bytea,
    p_forwarded_key bytea, p_scanner_keys bytea[], p_short_key bigint, p_caller_sealed bytea, p_call uuid, p_claim uuid,
    p_over boolean, p_ring integer, p_talk integer, p_attestation text, OUT route jsonb, OUT box bytea, OUT again boolean
) LANGUAGE sql AS $$
    SELECT c.* FROM inbound_call($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, NULL) c
$$;

-- The party keys under which a caller's own claims on a number may stand, by the number's role.
CREATE OR REPLACE FUNCTION own_keys(p_role text, p_from_key bytea, p_scanner_keys bytea[])
RETURNS bytea[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['\x02'::bytea || p_scanner_keys[1], '\x02'::bytea || p_scanner_keys[2],
                 CASE WHEN p_role <> 'pool' THEN '\x03'::bytea || p_from_key END]
$$;

-- The shared number of the same carrier account and country: what owners see. A shared number is its own.
CREATE OR REPLACE FUNCTION shared_for(p_number proxy_number, p_t timestamptz) RETURNS SETOF proxy_number
LANGUAGE sql STABLE AS $$
    SELECT n.* FROM proxy_number n
     WHERE n.account_id = p_number.account_id AND n.country = p_number.country AND n.removed_at IS NULL
       AND number_role(n, p_t) = 'shared'
     ORDER BY n.number_id <> p_number.number_id, n.made_at, n.e164 LIMIT 1
$$;

-- Makes a claim the caller's own for 24 hours from now and routes to its target. The older of two day keys gives way.
CREATE OR REPLACE FUNCTION bind_claim(
    p_t timestamptz, p_number proxy_number, p_party bytea, p_from claim, p_claim uuid, p_from_key bytea,
    p_shared proxy_number, OUT route jsonb, OUT box bytea, OUT callee_key bytea
) LANGUAGE plpgsql AS $$
DECLARE
    v_way   record;
    v_taken boolean;
    -- A claim used again stays the one it is; only a take-over makes a new one.
    v_claim uuid := CASE WHEN p_from.kind IN ('bound', 'callback') THEN p_from.claim_id ELSE p_claim END;
BEGIN
    IF p_from.kind = 'callback' THEN
        UPDATE claim SET used_at = p_t
         WHERE tenant = p_from.tenant AND number_id = p_from.number_id AND party_key = p_from.party_key;
    ELSE
        IF p_from.kind = 'bound' AND p_from.party_key <> p_party THEN
            DELETE FROM claim
             WHERE tenant = p_from.tenant AND number_id = p_from.number_id AND party_key = p_from.party_key;
        END IF;
        v_taken := take_claim(p_t, p_number.tenant, p_number.number_id, p_party, v_claim, 'bound', p_from.target,
                              p_from.target_id, p_from.scan_id, p_t + interval '24 hours', p_t + interval '24 hours');
    END IF;
    v_way := route_target(p_t, p_number.tenant, p_from.target, p_from.target_id, 1, p_from_key, p_shared.e164);
    box := v_way.box;
    callee_key := v_way.callee_key;
    route := v_way.route || jsonb_build_object('claim', v_claim, 'kind', p_from.kind, 'target', p_from.target,
                              'target_id', p_from.target_id, 'scan', p_from.scan_id);
END $$;

-- What the scan adds to a route: why the stranger called and in which language they read the page.
CREATE OR REPLACE FUNCTION scan_words(p_tenant uuid, p_scan uuid) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((SELECT jsonb_build_object('reason', reason, 'language', language)
                       FROM scan WHERE tenant = p_tenant AND scan_id = p_scan), '{}');
END $$;

-- The owner's way back to this stranger, on the number that the owner sees; the last stranger wins. Returns whether
-- there is one. Assigned where it is used, as the other functions here: PERFORM would be one more query each.
-- $5 the shared number, which the owner sees  $6 the owner's number key, null where no owner is rung
-- $7 seconds that the call may still last; its end sets the time right (move_call)
CREATE OR REPLACE FUNCTION keep_callback(
    p_t timestamptz, p_tenant uuid, p_call uuid, p_route jsonb, p_shared proxy_number, p_callee_key bytea, p_talk integer
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_minutes integer := (p_route ->> 'callback_minutes')::integer;
    v_until   timestamptz := p_t + make_interval(secs => p_talk, mins => v_minutes);
BEGIN
    RETURN p_callee_key IS NOT NULL AND v_minutes > 0
       AND take_claim(p_t, p_tenant, p_shared.number_id, '\x03'::bytea || p_callee_key, p_call, 'callback', 'call', p_call,
                      (p_route ->> 'scan')::uuid, v_until, v_until);
END $$;
