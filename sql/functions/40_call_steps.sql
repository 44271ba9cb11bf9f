-- What happens to a call after its first webhook. Each step is kept with what was answered, so that a repeat is answered
-- alike; states move by rank and outcomes by precedence, so that order does not matter.

-- Ranks of outcomes: news of a lower rank never replaces one of a higher.
CREATE OR REPLACE FUNCTION outcome_rank(p_outcome text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_position(ARRAY['unknown', 'caller-left', 'failed', 'no-answer', 'busy', 'declined', 'refused',
                                         'apology', 'talked', 'blocked'], p_outcome), 0)
$$;

-- Answers to a menu: an extension ("enter") or which of two vehicles ("which").
--
-- $1 t  $2 tenant  $3 call  $4 step (names the try: a repeat finds its row)  $5 digits
-- $6 number key of the caller  $7 under the day keys  $8 id of today's short key  $9 id for a claim  $10 talk, seconds
-- $11 wrong extensions a caller may enter a day  $12 and a shared number an hour
-- Returns no row for a call that is not known, and "stale" where a crash took the short keys that the caller came under.
CREATE OR REPLACE FUNCTION inbound_entry(
    p_t timestamptz, p_tenant uuid, p_call uuid, p_step text, p_digits text, p_from_key bytea, p_scanner_keys bytea[],
    p_short_key bigint, p_claim uuid, p_talk integer, p_caller_limit integer, p_number_limit integer
) RETURNS TABLE (route jsonb, box bytea, again boolean) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan  -- as inbound_call
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_call   call;
    v_number proxy_number;
    v_shared proxy_number;
    v_claim  claim;
    v_entry  record;
    v_way    record;
    v_kept   boolean;
    v_route  jsonb;
    v_tries  integer;
    v_known  jsonb;  -- what known_caller() said when they called
    v_party  bytea := CASE WHEN p_from_key IS NULL THEN '\x04'::bytea || uuid_send(p_call)
                           ELSE '\x02'::bytea || p_scanner_keys[1] END;
    v_former bytea := '\x02'::bytea || p_scanner_keys[2];  -- the same caller yesterday
BEGIN
    SELECT c.* INTO v_call FROM call c WHERE c.tenant = p_tenant AND c.call_id = p_call FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT s.route INTO v_route FROM call_step s
     WHERE s.tenant = p_tenant AND s.call_id = p_call AND s.step = p_step;
    IF FOUND THEN
        RETURN QUERY SELECT v_route, route_box(p_tenant, v_route), true;
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM short_key k WHERE k.key_id = p_short_key) THEN
        RETURN QUERY SELECT refusal('stale'), NULL::bytea, false;
        RETURN;
    END IF;

    SELECT n.* INTO v_number FROM proxy_number n WHERE n.number_id = v_call.number_id;
    SELECT s.* INTO v_shared FROM shared_for(v_number, p_t) s;
    v_tries := coalesce((v_call.route ->> 'tries')::integer, 0) + 1;
    v_route := v_call.route;
    v_known := jsonb_strip_nulls(jsonb_build_object('named', v_route -> 'named', 'nuisance', v_route -> 'nuisance'));
    IF v_route ->> 'verdict' NOT IN ('enter', 'which') THEN
        NULL;  -- already decided: say the same again
    ELSIF v_number.removed_at IS NOT NULL OR number_role(v_number, p_t) IS NULL THEN
        v_route := refusal('resting');
    ELSIF v_route ->> 'verdict' = 'which' AND p_digits IN ('1', '2') THEN
        SELECT c.* INTO v_claim FROM claim c
         WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.until > p_t
           AND c.claim_id = (v_route ->> CASE p_digits WHEN '1' THEN 'open' ELSE 'own' END)::uuid;
        IF v_claim.kind = 'open'
           AND NOT spend_claim(p_t, p_tenant, v_number.number_id, '\x00', v_claim.claim_id) THEN
            v_claim := NULL;
        END IF;
        v_route := refusal('cooling');
    ELSIF v_route ->> 'verdict' = 'which' THEN
        v_route := CASE WHEN v_tries >= 3 THEN refusal('no-more-tries')
                        ELSE v_route || jsonb_build_object('tries', v_tries) END;
    ELSIF p_digits = '' AND (v_route ->> 'stay')::boolean THEN
        SELECT c.* INTO v_claim FROM claim c
         WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.until > p_t
           AND c.party_key = ANY (own_keys(number_role(v_number, p_t), p_from_key, p_scanner_keys))
         ORDER BY c.used_at DESC LIMIT 1;
        v_route := refusal('cooling');
    ELSE
        v_entry := enter_extension(p_t, v_call, v_shared.number_id, v_tries, p_digits, v_party, v_former,
                                   p_from_key IS NULL, p_caller_limit, p_number_limit);
        v_route := v_entry.route;
        v_claim := v_entry.extension;
    END IF;
    IF v_claim.claim_id IS NOT NULL THEN
        v_way := bind_claim(p_t, v_number, v_party, v_claim, p_claim, p_from_key, v_shared);
        v_route := wanted(v_way.route || v_known || scan_words(p_tenant, v_claim.scan_id));
        IF p_from_key IS NOT NULL AND v_route ->> 'verdict' = 'ring' THEN
            v_kept := keep_callback(p_t, p_tenant, p_call, v_route, v_shared, v_way.callee_key,
                                    CASE WHEN v_call.ended_at IS NULL THEN p_talk + 60 ELSE 0 END);
        END IF;
    END IF;

    v_route := v_route || jsonb_build_object('call', p_call, 'ring', v_call.route -> 'ring', 'talk', v_call.route -> 'talk')
        || scan_words(p_tenant, (v_route ->> 'scan')::uuid) || v_known;
    INSERT INTO call_step VALUES (p_tenant, p_call, 'start', p_t, v_call.route) ON CONFLICT DO NOTHING;
    INSERT INTO call_step VALUES (p_tenant, p_call, p_step, p_t, v_route);
    UPDATE call c SET route = v_route, claim_id = (v_route ->> 'claim')::uuid, target = v_route ->> 'target',
           target_id = (v_route ->> 'target_id')::uuid, scan_id = (v_route ->> 'scan')::uuid,
           state = greatest(c.state, CASE v_route ->> 'verdict' WHEN 'ring' THEN 2 ELSE 1 END),
           outcome = CASE WHEN v_route ->> 'verdict' = 'refuse' AND outcome_rank('refused') > outcome_rank(c.outcome)
                          THEN 'refused' ELSE c.outcome END
     WHERE c.tenant = p_tenant AND c.call_id = p_call;
    RETURN QUERY SELECT v_route, route_box(p_tenant, v_route), false;
END $$;

-- One try at an extension on the shared number. Wrong, unknown, expired and mistyped are alike; wrong ones are counted
-- for the caller and for the shared number, and once either is over, the right one is refused too. Returns the extension,
-- spent, or else the route.
CREATE OR REPLACE FUNCTION enter_extension(
    p_t timestamptz, p_call call, p_shared uuid, p_tries integer, p_digits text, p_party bytea, p_former bytea,
    p_withheld boolean, p_caller_limit integer, p_number_limit integer, OUT route jsonb, OUT extension claim
) LANGUAGE plpgsql AS $$
DECLARE
    -- Who withholds their number is nobody twice, so they share a budget of their own: it runs out without known callers'.
    v_budget    text := CASE WHEN p_withheld THEN 'extension-withheld' ELSE 'extension-number' END;
    v_limit     integer := CASE WHEN p_withheld THEN p_number_limit / 10 ELSE p_number_limit END;
BEGIN
    IF p_digits ~ '^[0-9]{6}$' AND p_shared IS NOT NULL THEN
        IF tally_uses(p_t, p_call.tenant, 'extension-caller', ARRAY[p_party, p_former]) >= p_caller_limit
           OR tally_uses(p_t, p_call.tenant, v_budget, ARRAY[uuid_send(p_shared)]) >= v_limit THEN
            route := refusal('no-more-tries');
            RETURN;
        END IF;
        SELECT c.* INTO extension FROM claim c
         WHERE c.tenant = p_call.tenant AND c.number_id = p_shared AND c.until > p_t
           AND c.party_key = '\x01'::bytea || p_digits::bytea;
        IF FOUND AND spend_claim(p_t, p_call.tenant, p_shared, extension.party_key, extension.claim_id) THEN
            RETURN;
        END IF;
        extension := NULL;
    END IF;
    IF p_digits <> '' AND p_shared IS NOT NULL THEN
        PERFORM tally_over(p_t, p_call.tenant, 'extension-caller', p_party, interval '24 hours', p_caller_limit);
        PERFORM tally_over(p_t, p_call.tenant, v_budget, uuid_send(p_shared), interval '1 hour', v_limit);
    END IF;
    route := CASE WHEN p_tries >= 3 THEN refusal('no-more-tries')
                  ELSE jsonb_build_object('verdict', 'enter', 'tries', p_tries, 'stay', p_call.route -> 'stay', 'why',
                                          CASE p_digits WHEN '' THEN p_call.route ->> 'why' ELSE 'wrong-extension' END) END;
END $$;

-- How often somebody did something in windows that still last, under any of their keys, without counting.
CREATE OR REPLACE FUNCTION tally_uses(p_t timestamptz, p_tenant uuid, p_name text, p_subjects bytea[])
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(y.count), 0) FROM tally y
     WHERE y.tenant = p_tenant AND y.name = p_name AND y.subject = ANY (p_subjects) AND y.expires_at > p_t
$$;

-- Moves a call on: state by rank, outcome by precedence, times once. Returns the call as it then stands; no row if unknown.
--
-- $1 t  $2 tenant  $3 call  $4 state (0-5)  $5 outcome or null  $6 attempt  $7 talk seconds or null
-- An ended call's callback claim lives on for the owner's minutes from its end.
CREATE OR REPLACE FUNCTION move_call(
    p_t timestamptz, p_tenant uuid, p_call uuid, p_state integer, p_outcome text, p_attempt integer, p_seconds integer
) RETURNS SETOF call LANGUAGE plpgsql AS $$
DECLARE
    v_call  call;
    v_first boolean := p_seconds > 0 AND EXISTS (
        SELECT FROM call c WHERE c.tenant = p_tenant AND c.call_id = p_call AND c.target = 'session'
           AND c.talk_seconds IS NULL FOR UPDATE);
BEGIN
    UPDATE call c
       SET state = CASE WHEN (p_attempt, p_state) > (c.attempt, c.state) AND c.state < 5 OR p_state = 5
                        THEN p_state ELSE c.state END,
           attempt = greatest(c.attempt, p_attempt),
           outcome = CASE WHEN outcome_rank(p_outcome) > outcome_rank(c.outcome) THEN p_outcome ELSE c.outcome END,
           bridged_at = CASE WHEN p_state = 4 THEN coalesce(c.bridged_at, p_t) ELSE c.bridged_at END,
           talk_seconds = coalesce(c.talk_seconds, p_seconds),
           ended_at = CASE WHEN p_state = 5 THEN coalesce(c.ended_at, p_t) ELSE c.ended_at END
     WHERE c.tenant = p_tenant AND c.call_id = p_call
    RETURNING c.* INTO v_call;
    IF NOT FOUND THEN RETURN; END IF;
    IF v_first THEN PERFORM session_talked(p_t, p_tenant, p_call, p_seconds); END IF;
    IF v_call.ended_at = p_t AND p_state = 5 THEN
        UPDATE claim k
           SET until = p_t + make_interval(mins => (v_call.route ->> 'callback_minutes')::integer),
               reuse_after = p_t + make_interval(mins => (v_call.route ->> 'callback_minutes')::integer)
         WHERE k.tenant = p_tenant AND k.target_id = p_call AND k.kind = 'callback' AND k.until > p_t;
    END IF;
    RETURN NEXT v_call;
END $$;

-- The call as one attempt sees it: its route then and the number it dials, where the call stands, and what step $5 answered
-- before (null if it was not asked yet). $1 tenant  $2 call  $3 attempt  $4 step
CREATE OR REPLACE FUNCTION call_at(p_tenant uuid, p_call uuid, p_attempt integer, p_step text)
RETURNS TABLE (route jsonb, box bytea, state smallint, outcome text, coming boolean, attempt smallint, step_route jsonb,
               step_box bytea, purpose text)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(a.route, c.route), route_box(c.tenant, coalesce(a.route, c.route)), c.state, c.outcome, c.coming,
           c.attempt, s.route, route_box(c.tenant, s.route), c.purpose
      FROM call c
      LEFT JOIN call_step a ON a.tenant = c.tenant AND a.call_id = c.call_id AND a.step = 'attempt-' || p_attempt
      LEFT JOIN call_step s ON s.tenant = c.tenant AND s.call_id = c.call_id AND s.step = p_step
     WHERE c.tenant = p_tenant AND c.call_id = p_call
$$;

-- Rings the second contact of the sticker, or the second person of a session's side, that the first attempt rang. Returns
-- the new route, or no row where there is none.
-- $1 t  $2 tenant  $3 call  $4 the caller's number key, null if withheld: who blocked them is not rung
CREATE OR REPLACE FUNCTION second_attempt(p_t timestamptz, p_tenant uuid, p_call uuid, p_from_key bytea)
RETURNS TABLE (route jsonb, box bytea) LANGUAGE plpgsql AS $$
DECLARE
    v_call  call;
    v_way   record;
    v_route jsonb;
BEGIN
    SELECT c.* INTO v_call FROM call c WHERE c.tenant = p_tenant AND c.call_id = p_call FOR UPDATE;
    IF v_call.target = 'session' THEN
        v_route := session_route(p_t, p_tenant, v_call.target_id, (v_call.route ->> 'from')::uuid,
                                 (v_call.route ->> 'side')::integer, 2, v_call.number_id);
        SELECT v_route AS route, route_box(p_tenant, v_route) AS box INTO v_way;
        UPDATE interaction SET to_participant = (v_route ->> 'to')::uuid, changed_at = p_t
         WHERE tenant = p_tenant AND interaction_id = p_call AND v_route ->> 'verdict' = 'ring';
    ELSE
        v_way := route_target(p_t, p_tenant, v_call.target, v_call.target_id, 2, p_from_key, v_call.route ->> 'show');
    END IF;
    v_route := wanted(v_call.route || v_way.route);
    IF v_call.target NOT IN ('sticker', 'session') OR v_route ->> 'verdict' <> 'ring' THEN RETURN; END IF;
    INSERT INTO call_step VALUES (p_tenant, p_call, 'start', p_t, v_call.route),
                                 (p_tenant, p_call, 'attempt-1', p_t, v_call.route) ON CONFLICT DO NOTHING;
    UPDATE call c SET route = v_route, attempt = 2, state = CASE WHEN c.state < 5 THEN 2 ELSE c.state END
     WHERE c.tenant = p_tenant AND c.call_id = p_call;
    RETURN QUERY SELECT v_route, v_way.box;
END $$;

-- Takes an inbound text once, and tells whether it is answered: one reply a day to one sender on one number. A repeat is
-- answered as the first was. Null where the nonce of its signature came with another text before.
-- $1 t  $2 tenant  $3 key of the carrier's id  $4 key of sender, number and day  $5 key of the nonce, null if none
CREATE OR REPLACE FUNCTION take_text(
    p_t timestamptz, p_tenant uuid, p_text_key bytea, p_reply_key bytea, p_nonce_key bytea
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_reply boolean;
BEGIN
    IF p_nonce_key IS NOT NULL THEN
        INSERT INTO text_seen (tenant, text_key, at, reply, used_for)
        VALUES (p_tenant, p_nonce_key, p_t, false, p_text_key) ON CONFLICT DO NOTHING;
        IF NOT FOUND AND EXISTS (SELECT FROM text_seen s WHERE s.tenant = p_tenant AND s.text_key = p_nonce_key
                                    AND s.used_for IS DISTINCT FROM p_text_key) THEN
            RETURN NULL;
        END IF;
    END IF;
    -- The text's own row first: two copies at the same instant wait for each other here, and say the same.
    INSERT INTO text_seen (tenant, text_key, at, reply) VALUES (p_tenant, p_text_key, p_t, false) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        INSERT INTO text_seen (tenant, text_key, at, reply) VALUES (p_tenant, p_reply_key, p_t, true)
        ON CONFLICT DO NOTHING;
        v_reply := FOUND;
        UPDATE text_seen s SET reply = v_reply WHERE s.tenant = p_tenant AND s.text_key = p_text_key;
    ELSE
        SELECT s.reply INTO v_reply FROM text_seen s WHERE s.tenant = p_tenant AND s.text_key = p_text_key;
    END IF;
    RETURN v_reply;
END $$;
