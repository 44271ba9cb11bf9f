-- Whether a claim's target may ring now, and how: the state checks of "before any Dial" (DESIGN 4a).
--
-- Returns a route (jsonb, references only), the sealed number that it dials, and the number key of whoever answers there.
-- Verdict "ring" with the contact to dial, or "refuse"/"unavailable": paused, quiet, revoked and blocked are alike on
-- purpose.
--
-- $1 t  $2 tenant  $3 target  $4 target id  $5 place of the contact (1 owner, 2 second)
-- $6 the caller's number key, null if withheld  $7 e164 to show for a sticker (the shared number)
CREATE OR REPLACE FUNCTION route_target(
    p_t timestamptz, p_tenant uuid, p_target text, p_target_id uuid, p_place integer, p_from_key bytea, p_show text,
    OUT route jsonb, OUT box bytea, OUT callee_key bytea
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    v record;
BEGIN
    IF p_target = 'sticker' THEN
        SELECT * INTO v FROM sticker_way(p_t, p_tenant, p_target_id, p_place, p_from_key);
        IF FOUND AND p_show IS NOT NULL THEN
            route := ring_sticker(p_place, p_show, v.phone_id, v.label, v.language, v.callback_minutes, v.nuisance);
            box := v.sealed;
            callee_key := v.number_key;
            RETURN;
        END IF;
    ELSIF p_target = 'call' THEN
        -- A call back: the stranger of an earlier call, shown the number that they dialled themselves.
        SELECT c.call_id, c.route ->> 'language' AS language, n.e164, c.caller_sealed INTO v
          FROM call c JOIN proxy_number n ON n.number_id = c.number_id
         WHERE c.tenant = p_tenant AND c.call_id = p_target_id AND c.caller_sealed IS NOT NULL
           AND n.removed_at IS NULL;
        IF FOUND THEN
            route := jsonb_build_object('verdict', 'ring', 'show', v.e164, 'caller_of', v.call_id,
                'callee_language', coalesce(v.language, 'en'), 'attempt', 1);
            box := v.caller_sealed;
            RETURN;
        END IF;
    END IF;
    route := refusal('unavailable');
END $$;

CREATE OR REPLACE FUNCTION refusal(p_why text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('verdict', 'refuse', 'why', p_why)
$$;

-- What is known of a caller, for the call's route: that they agreed to be named, that many marked them as a nuisance. No
-- name: routes are kept for a year. $1 their number key of room callerid, null if withheld. Index: named_number_number_key_key
CREATE OR REPLACE FUNCTION known_caller(p_name_key bytea) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT jsonb_strip_nulls(jsonb_build_object('named', nullif(n.says_name AND NOT n.hidden, false),
                                                    'nuisance', nullif(n.spam >= 0.8, false)))
          FROM named_number n WHERE n.number_key = p_name_key), '{}')
$$;

-- A route, or the refusal that its callee wants for this caller; it sounds like "paused". After an accident whoever
-- calls is put through, and announced as what they are: marks of strangers weigh less than somebody hurt beside a car.
CREATE OR REPLACE FUNCTION wanted(p_route jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN (p_route ->> 'verdict' = 'ring' AND p_route ->> 'wants' = 'refuse' AND p_route ? 'nuisance') IS NOT TRUE
                THEN p_route
                WHEN p_route ->> 'reason' = 'accident' THEN p_route || '{"wants": "announce"}'
                ELSE p_route - 'phone' || refusal('unavailable') END
$$;

-- Whether a local time lies in quiet hours, which may pass midnight. Nulls: no quiet hours.
CREATE OR REPLACE FUNCTION is_quiet(p_from time, p_to time, p_timezone text, p_t timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN p_from IS NULL OR p_from = p_to THEN false
        WHEN p_from < p_to THEN (p_t AT TIME ZONE p_timezone)::time >= p_from
                            AND (p_t AT TIME ZONE p_timezone)::time < p_to
        ELSE (p_t AT TIME ZONE p_timezone)::time >= p_from OR (p_t AT TIME ZONE p_timezone)::time < p_to
    END
$$;

-- Whom a sticker rings, if it may ring them for this caller now; no row if not. $4 place of the contact  $5 the caller's
-- number key, null if withheld. Indexes: sticker_pkey, sticker_contact_pkey, phone_pkey, block_pkey,
-- proxy_number_number_key_key
CREATE OR REPLACE FUNCTION sticker_way(p_t timestamptz, p_tenant uuid, p_sticker uuid, p_place integer, p_from_key bytea)
RETURNS TABLE (label text, callback_minutes integer, nuisance text, phone_id uuid, language text, number_key bytea, sealed bytea)
LANGUAGE sql STABLE AS $$
    SELECT s.label, s.callback_minutes, s.nuisance, c.phone_id, p.language, p.number_key, p.sealed
      FROM sticker s
      JOIN sticker_contact c ON c.tenant = s.tenant AND c.sticker_id = s.sticker_id
                            AND c.place = p_place AND c.state = 'agreed'
      JOIN phone p ON p.tenant = c.tenant AND p.phone_id = c.phone_id
     WHERE s.tenant = p_tenant AND s.sticker_id = p_sticker AND s.state = 'activated'
       AND p.number_key IS DISTINCT FROM p_from_key
       AND NOT is_quiet(s.quiet_from, s.quiet_to, s.timezone, p_t)
       AND NOT EXISTS (
           SELECT FROM block b
            WHERE b.tenant = c.tenant AND b.phone_id = c.phone_id AND b.party_key = p_from_key AND b.until > p_t)
       AND NOT EXISTS (SELECT FROM proxy_number n WHERE n.number_key = p.number_key AND n.removed_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION ring_sticker(
    p_place integer, p_show text, p_phone uuid, p_label text, p_language text, p_minutes integer, p_nuisance text
) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('verdict', 'ring', 'show', p_show, 'phone', p_phone, 'label', p_label,
        'callee_language', p_language, 'attempt', p_place, 'callback_minutes', p_minutes, 'wants', p_nuisance)
$$;

-- The sealed number that a route dials, and the row it is bound to; null for routes that dial nobody.
CREATE OR REPLACE FUNCTION route_box(p_tenant uuid, p_route jsonb) RETURNS bytea LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_route ? 'phone' THEN
        RETURN (SELECT sealed FROM phone WHERE tenant = p_tenant AND phone_id = (p_route ->> 'phone')::uuid);
    ELSIF p_route ? 'caller_of' THEN
        RETURN (SELECT caller_sealed FROM call
                 WHERE tenant = p_tenant AND call_id = (p_route ->> 'caller_of')::uuid);
    END IF;
    RETURN NULL;
END $$;

-- A fixed window of uses: counts one and tells whether the limit is passed. The row is the lock.
-- $1 t  $2 tenant  $3 name  $4 subject  $5 window  $6 limit
CREATE OR REPLACE FUNCTION tally_over(
    p_t timestamptz, p_tenant uuid, p_name text, p_subject bytea, p_window interval, p_limit integer
) RETURNS boolean LANGUAGE sql AS $$
    INSERT INTO tally AS y (tenant, name, subject, starts, expires_at, count)
    VALUES (p_tenant, p_name, p_subject, p_t, p_t + p_window, 1)
    ON CONFLICT (tenant, name, subject) DO UPDATE
       SET count = CASE WHEN y.expires_at <= p_t THEN 1 ELSE y.count + 1 END,
           starts = CASE WHEN y.expires_at <= p_t THEN p_t ELSE y.starts END,
           expires_at = CASE WHEN y.expires_at <= p_t THEN p_t + p_window ELSE y.expires_at END
    RETURNING count > p_limit
$$;
