-- Routing: one inbound call, one round trip (DESIGN 4a). The one statement that crosses rooms.
--
-- Finds the number, the repeat and the claim, binds the open one, keeps the call with its callback claim, and returns the
-- route. READ COMMITTED; the caller retries once on 40001 and 23505 (two copies of one webhook at the same instant: the
-- second then finds the first's row). Several calls may share a transaction (decision 15): what one locks, a claim that it
-- binds above all, is held until all are kept.
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
-- Many small statements of few columns, each only where it is needed: one large join of the same tables costs as much as
-- all of them, for every call.
DECLARE
    v        record;
    v_own    record;
    v_open   record;
    v_shared record;
    v_words  record;
    v_way    record;
    v_known  jsonb;
    v_kind   text;  -- of the claim that leads to target v_target: open or bound
    v_claim  uuid;
    v_target uuid;
    v_scan   uuid;
    v_closes timestamptz := p_t + make_interval(secs => p_talk + p_ring + 300);
    v_until  timestamptz := p_t + interval '24 hours';
    v_back   timestamptz;  -- until when the owner may call back; null where nobody can
    v_party  bytea := CASE WHEN p_from_key IS NULL THEN '\x04'::bytea || uuid_send(p_call)
                           ELSE '\x02'::bytea || p_scanner_keys[1] END;
BEGIN
    SELECT c.call_id, c.route INTO v FROM call c
     WHERE c.tenant = p_tenant AND c.account_id = p_account AND c.carrier_call = p_carrier_call;
    again := FOUND;
    IF again THEN
        route := coalesce((SELECT s.route FROM call_step s
                            WHERE s.tenant = p_tenant AND s.call_id = v.call_id AND s.step = 'start'), v.route);
        box := route_box(p_tenant, route);
        RETURN;
    END IF;

    SELECT n.number_id, n.country, n.role AS plays, number_role(n, p_t) AS role,
           EXISTS (SELECT FROM short_key k WHERE k.key_id = p_short_key) AS fresh,
           EXISTS (SELECT FROM proxy_number o
                    WHERE o.number_key IN (p_from_key, p_forwarded_key) AND o.removed_at IS NULL) AS looped
      INTO v
      FROM proxy_number n
     WHERE n.e164 = p_dialled AND n.account_id = p_account AND n.removed_at IS NULL;
    IF NOT FOUND THEN
        route := refusal('not-ours');
        RETURN;
    ELSIF NOT v.fresh THEN
        route := refusal('stale');
        RETURN;
    END IF;

    IF v.role IS NULL THEN
        route := refusal('resting') || CASE WHEN v.plays = 'session' THEN '{"target": "session"}' ELSE '{}' END::jsonb;
    ELSIF v.looped THEN
        route := refusal('loop');
    ELSIF p_over THEN
        route := refusal('quota');
    ELSIF v.role = 'session' THEN
        route := session_arrives(p_t, (SELECT n FROM proxy_number n WHERE n.e164 = p_dialled), p_from_key, p_call, p_attestation);
        box := CASE route ->> 'verdict' WHEN 'ring' THEN route_box(p_tenant, route) END;
        v_target := (route ->> 'target_id')::uuid;
    ELSE
        SELECT c.claim_id, c.party_key, c.target_id, c.scan_id INTO v_own FROM claim c
         WHERE c.tenant = p_tenant AND c.number_id = v.number_id AND c.until > p_t
           AND c.party_key = ANY (own_keys(v.role, p_from_key, p_scanner_keys))
         ORDER BY c.used_at DESC LIMIT 1;
        IF v.role = 'shared' THEN
            route := jsonb_build_object('verdict', 'enter', 'tries', 0, 'stay', v_own.claim_id IS NOT NULL);
        ELSE
            SELECT c.claim_id, c.target_id, c.scan_id, c.until > p_t AS live INTO v_open FROM claim c
             WHERE c.tenant = p_tenant AND c.number_id = v.number_id AND c.party_key = '\x00' AND c.reuse_after > p_t;
            IF v_open.live AND v_open.target_id <> v_own.target_id THEN
                route := jsonb_build_object('verdict', 'which', 'own', v_own.claim_id, 'open', v_open.claim_id);
            ELSIF v_open.live AND spend_claim(p_t, p_tenant, v.number_id, '\x00', v_open.claim_id) THEN
                v_kind := 'open';
                v_claim := p_claim;
                v_target := v_open.target_id;
                v_scan := v_open.scan_id;
            ELSIF v_own.claim_id IS NOT NULL THEN
                v_kind := 'bound';
                v_claim := v_own.claim_id;
                v_target := v_own.target_id;
                v_scan := v_own.scan_id;
            ELSE
                route := jsonb_build_object('verdict', 'enter', 'tries', 0, 'stay', false, 'why',
                    CASE WHEN v_open.claim_id IS NOT NULL THEN 'cooling' ELSE 'stranger' END);
            END IF;
        END IF;
    END IF;

    IF v_kind IS NOT NULL THEN
        SELECT * INTO v_shared FROM shared_number(p_t, p_account, v.country, v.number_id);
        SELECT * INTO v_way FROM sticker_way(p_t, p_tenant, v_target, 1, p_from_key);
        SELECT y.reason, y.language INTO v_words FROM scan y WHERE y.tenant = p_tenant AND y.scan_id = v_scan;
        route := CASE WHEN v_way.phone_id IS NULL OR v_shared.e164 IS NULL THEN refusal('unavailable')
                      ELSE ring_sticker(1, v_shared.e164, v_way.phone_id, v_way.label, v_way.language,
                                        v_way.callback_minutes, v_way.nuisance) END
            || jsonb_build_object('claim', v_claim, 'kind', v_kind, 'target', 'sticker', 'target_id', v_target, 'scan', v_scan,
                                  'reason', v_words.reason, 'language', v_words.language,
                                  'ring', p_ring, 'talk', p_talk, 'call', p_call);
    ELSE
        route := jsonb_build_object('ring', p_ring, 'talk', p_talk, 'call', p_call) || route;
        v_closes := session_closes(p_t, route);
    END IF;
    SELECT jsonb_strip_nulls(jsonb_build_object('named', nullif(k.says_name AND NOT k.hidden, false),
                                                'nuisance', nullif(k.spam >= 0.8, false))) INTO v_known
      FROM named_number k WHERE k.number_key = p_name_key;
    IF FOUND THEN route := wanted(route || v_known); END IF;

    IF v_kind IS NOT NULL THEN
        IF route ->> 'verdict' = 'ring' THEN
            box := v_way.sealed;
            IF p_from_key IS NOT NULL AND v_way.callback_minutes > 0 THEN
                v_back := p_t + make_interval(secs => p_talk + 60, mins => v_way.callback_minutes);
            END IF;
        END IF;
        IF v_kind = 'bound' AND v_own.party_key <> v_party THEN  -- the older of two day keys gives way
            DELETE FROM claim c
             WHERE c.tenant = p_tenant AND c.number_id = v.number_id AND c.party_key = v_own.party_key;
        END IF;
        -- The caller's own for 24 hours from now, and the owner's way back to them on the number that the owner sees.
        INSERT INTO claim AS c (tenant, number_id, party_key, claim_id, kind, target, target_id, scan_id,
                                made_at, used_at, until, reuse_after)
        SELECT p_tenant, k.number_id, k.party_key, k.claim_id, k.kind, k.target, k.target_id, v_scan, p_t, p_t, k.until, k.until
          FROM (VALUES (v.number_id, v_party, v_claim, 'bound', 'sticker', v_target, v_until),
                       (v_shared.number_id, '\x03'::bytea || v_way.number_key, p_call, 'callback', 'call', p_call, v_back))
               AS k (number_id, party_key, claim_id, kind, target, target_id, until)
         WHERE k.until IS NOT NULL
        ON CONFLICT (tenant, number_id, party_key) DO UPDATE
           SET claim_id = EXCLUDED.claim_id, kind = EXCLUDED.kind, target = EXCLUDED.target,
               target_id = EXCLUDED.target_id, scan_id = EXCLUDED.scan_id, peer_key = NULL,
               made_at = p_t, used_at = p_t, until = EXCLUDED.until, reuse_after = EXCLUDED.reuse_after;
    END IF;
    INSERT INTO call (tenant, call_id, account_id, carrier_call, number_id, purpose, state, attempt, outcome, claim_id,
                      target, target_id, scan_id, route, caller_sealed, started_at, closes_at, attestation)
    VALUES (p_tenant, p_call, p_account, p_carrier_call, v.number_id, 'masked',
            CASE inbound_call.route ->> 'verdict' WHEN 'ring' THEN 2 WHEN 'refuse' THEN 0 ELSE 1 END, 1,
            CASE inbound_call.route ->> 'verdict' WHEN 'refuse' THEN 'refused' END,
            (inbound_call.route ->> 'claim')::uuid, inbound_call.route ->> 'target', v_target, v_scan, inbound_call.route,
            p_caller_sealed, p_t, v_closes, p_attestation);
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

-- The shared number of a carrier account and country: what owners see. $4 one that is its own, if it is shared.
-- Index: proxy_number_shared, whose predicate stands here
CREATE OR REPLACE FUNCTION shared_number(p_t timestamptz, p_account uuid, p_country text, p_number uuid)
RETURNS TABLE (number_id uuid, e164 text) LANGUAGE sql STABLE AS $$
    SELECT n.number_id, n.e164 FROM proxy_number n
     WHERE n.account_id = p_account AND n.country = p_country AND n.removed_at IS NULL
       AND (n.role = 'shared' OR n.next_role = 'shared') AND number_role(n, p_t) = 'shared'
     ORDER BY n.number_id <> p_number, n.made_at, n.e164 LIMIT 1
$$;

CREATE OR REPLACE FUNCTION shared_for(p_number proxy_number, p_t timestamptz) RETURNS SETOF proxy_number
LANGUAGE sql STABLE AS $$
    SELECT n.* FROM shared_number(p_t, p_number.account_id, p_number.country, p_number.number_id) s
      JOIN proxy_number n ON n.e164 = s.e164
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
