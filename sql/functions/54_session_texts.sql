-- A text to a session's number: kept until it is passed on. One transaction with its job.

-- Takes a text. What it leaves stands under p_message, so that a repeat changes nothing and is told the same.
--
-- $1 t  $2 tenant  $3 account that signed  $4 dialled e164  $5 the sender's number key, null where withheld
-- $6 id of the message, made from the carrier's id  $7 its words, sealed; null where it has none
-- $8 what a hook decided, null where none was asked  $9 the keyword it is: stop, start, help, or null
-- $10 the whole text, folded, if it is short: a service has stop words of its own  $11 mark of sender, number and words
-- $12 ids of what came with it  $13 the same, sealed: where it stands at the carrier
-- Returns null where the number is no session's; else references: verdict ring (it is passed on), ask (a hook decides
-- first), or refuse and why; the sender's language, the keyword, and whether a START took back a STOP.
-- Indexes: proxy_number_pkey, service_number_pkey, claim_pkey, session_pkey, participant_place, interaction_pkey
CREATE OR REPLACE FUNCTION session_text(
    p_t timestamptz, p_tenant uuid, p_account uuid, p_dialled text, p_from_key bytea, p_message uuid, p_body bytea,
    p_passed boolean, p_word text, p_said text, p_mark bytea, p_media uuid[], p_boxes bytea[]
) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off  -- planned while a table is still empty, it would read all of it later
AS $$
DECLARE
    v_number  proxy_number;
    v_service service;
    v_claim   claim;
    v_word    text := p_word;
    v_changed boolean;
    v_said    jsonb;
BEGIN
    SELECT n.* INTO v_number FROM proxy_number n
     WHERE n.e164 = p_dialled AND n.account_id = p_account AND n.removed_at IS NULL AND number_role(n, p_t) = 'session';
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT s.* INTO v_service FROM service_number sn JOIN service s ON s.tenant = sn.tenant AND s.service_id = sn.service_id
     WHERE sn.tenant = p_tenant AND sn.number_id = v_number.number_id;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF p_said = ANY (v_service.stop_words) THEN v_word := 'stop'; END IF;
    v_said := jsonb_build_object('service', v_service.service_id, 'number', v_number.number_id, 'message', p_message,
        'word', v_word, 'language', coalesce((SELECT f.language FROM phone f
                                               WHERE f.tenant = p_tenant AND f.number_key = p_from_key), v_service.language));
    IF EXISTS (SELECT FROM proxy_number o WHERE o.number_key = p_from_key AND o.removed_at IS NULL) THEN
        RETURN v_said || refusal('loop');
    END IF;
    IF v_word IN ('stop', 'start') AND p_from_key IS NOT NULL THEN
        v_changed := session_wish(p_t, p_tenant, v_service.service_id, p_from_key, p_message, v_word = 'stop');
        v_said := v_said || jsonb_build_object('undone', v_word = 'start' AND v_changed);
    END IF;
    IF v_word = 'stop' OR p_said = 'unstop' THEN RETURN v_said || refusal('stopped'); END IF;

    SELECT c.* INTO v_claim FROM claim c
     WHERE c.tenant = p_tenant AND c.number_id = v_number.number_id AND c.kind = 'session'
       AND c.party_key = '\x03'::bytea || p_from_key AND c.reuse_after > p_t;
    IF v_claim.claim_id IS NULL OR v_claim.until <= p_t THEN
        v_said := v_said || session_outside(v_service, v_claim);
        RETURN CASE WHEN p_passed IS NULL THEN v_said ELSE v_said || refusal(v_said ->> 'why') END;
    END IF;
    RETURN v_said || session_text_passes(p_t, v_service, v_claim, p_from_key, p_message, p_body, p_passed, p_mark,
                                         p_media, p_boxes);
END $$;

-- A text of somebody who has a live claim: passed on to the first of the other side who takes it, unless something speaks
-- against it. The others get copies (session_text_copy).
CREATE OR REPLACE FUNCTION session_text_passes(
    p_t timestamptz, p_service service, p_claim claim, p_from_key bytea, p_message uuid, p_body bytea, p_passed boolean,
    p_mark bytea, p_media uuid[], p_boxes bytea[]
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_tenant  uuid := p_claim.tenant;
    v_session session;
    v_from    record;
    v_to      record;
    v_why     text;
    v_said    jsonb;
BEGIN
    SELECT s.* INTO v_session FROM session s WHERE s.tenant = v_tenant AND s.session_id = p_claim.target_id FOR UPDATE;
    IF v_session.state = 'closed' OR v_session.until <= p_t THEN  -- meanwhile
        RETURN refusal('session-over') || jsonb_build_object('target_id', v_session.session_id);
    END IF;
    SELECT p.participant_id, p.side, f.phone_id INTO v_from
      FROM participant p JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
     WHERE p.tenant = v_tenant AND p.session_id = v_session.session_id AND f.number_key = p_from_key AND p.deleted_at IS NULL;
    SELECT * INTO v_to FROM session_readers(p_t, v_tenant, p_service.service_id, v_session.session_id, v_from.side,
                                            v_from.phone_id) LIMIT 1;
    v_said := jsonb_build_object('target', 'session', 'target_id', v_session.session_id,
                                 'from', v_from.participant_id, 'to', v_to.participant_id);
    SELECT i.refused INTO v_why FROM interaction i WHERE i.tenant = v_tenant AND i.interaction_id = p_message;
    IF FOUND THEN  -- a repeat
        RETURN v_said || CASE WHEN v_why IS NULL THEN jsonb_build_object('verdict', 'ring') ELSE refusal(v_why) END;
    END IF;
    v_why := CASE
        WHEN p_body IS NULL THEN 'empty'
        WHEN v_to.participant_id IS NULL OR (v_session.direction = 'one-way' AND v_from.side = 2)
          OR session_blocked(p_t, v_tenant, p_service.service_id, v_to.phone_id, v_from.phone_id) THEN 'unavailable'
        ELSE session_text_refused(p_t, v_session, p_service, v_from.participant_id, v_to.number_key, p_passed IS NOT NULL)
    END;
    IF v_why IS NULL AND p_passed IS NULL AND tally_over(p_t, v_tenant, 'text-loop', p_mark, interval '60 seconds', 5) THEN
        v_why := 'loop';
    ELSIF v_why IS NULL AND p_passed IS NULL AND p_service.intercept_url IS NOT NULL THEN
        RETURN v_said || jsonb_build_object('verdict', 'ask');
    ELSIF v_why IS NULL AND NOT p_passed THEN
        v_why := 'vetoed';
    END IF;
    IF session_touch(p_t, v_tenant, v_session.session_id, p_message, 'message', v_from.participant_id,
                     v_to.participant_id, v_why) AND v_why IS NULL THEN
        PERFORM session_text_keep(p_t, v_tenant, v_session.session_id, p_message, p_body, v_to.account_id, v_to.number_id,
                                  v_to.phone_id);
        INSERT INTO media (tenant, media_id, message_id, kind, sealed, made_at, place)
        SELECT v_tenant, m.id, p_message, 'address', m.box, p_t, m.place
          FROM unnest(p_media, p_boxes) WITH ORDINALITY AS m (id, box, place);
    END IF;
    RETURN v_said || CASE WHEN v_why IS NULL THEN jsonb_build_object('verdict', 'ring') ELSE refusal(v_why) END;
END $$;

-- Who of a session reads a text, and which number shows it: the participant named, or the first of the other side.
-- $3 participant, or null  $4 the sender's side, if no participant is named
CREATE OR REPLACE FUNCTION session_reads(p_tenant uuid, p_session uuid, p_who uuid, p_side integer)
RETURNS TABLE (participant_id uuid, phone_id uuid, number_key bytea, number_id uuid, account_id uuid, side smallint)
LANGUAGE sql STABLE AS $$
    SELECT p.participant_id, p.phone_id, f.number_key, p.number_id, n.account_id, p.side
      FROM participant p JOIN phone f ON f.tenant = p.tenant AND f.phone_id = p.phone_id
      JOIN proxy_number n ON n.number_id = p.number_id AND n.removed_at IS NULL
     WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.deleted_at IS NULL
       AND CASE WHEN p_who IS NULL THEN p.side <> p_side ELSE p.participant_id = p_who END
     ORDER BY p.place LIMIT 1
$$;

-- Why a session passes no text on to somebody, or null. $4 participant who sends it, null: the customer  $5 number key of who
-- reads it  $6 whether the day's texts are counted already
CREATE OR REPLACE FUNCTION session_text_refused(
    p_t timestamptz, p_session session, p_service service, p_from uuid, p_to_key bytea, p_counted boolean
) RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN p_session.mode = 'voice-only' THEN 'mode'
        WHEN EXISTS (SELECT FROM service_opt_out o WHERE o.tenant = p_session.tenant
                        AND o.service_id = p_session.service_id AND o.number_key = p_to_key) THEN 'opted-out'
        WHEN NOT p_counted AND session_over(p_t, p_service, p_session.session_id, p_from, 'texts') THEN 'quota' END
$$;

-- A text that is to go out, and the job that does it; the texts of one session go in order.
CREATE OR REPLACE FUNCTION session_text_keep(
    p_t timestamptz, p_tenant uuid, p_session uuid, p_message uuid, p_body bytea, p_account uuid, p_number uuid, p_phone uuid
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO message (tenant, message_id, session_id, account_id, number_id, phone_id, body, state, made_at, changed_at)
    VALUES (p_tenant, p_message, p_session, p_account, p_number, p_phone, p_body, 'accepted', p_t, p_t);
    SELECT put_job(p_t, p_tenant, 'relay', p_session::text, p_message::text, jsonb_build_object('message', p_message), p_t);
$$;

-- STOP and START, once for each text that says so. Returns whether it changed anything; a repeat is told the same.
-- $4 the sender's number key  $5 the text  $6 true for STOP
CREATE OR REPLACE FUNCTION session_wish(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_key bytea, p_message uuid, p_stops boolean
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_changed boolean;
BEGIN
    INSERT INTO text_seen (tenant, text_key, at, reply) VALUES (p_tenant, uuid_send(p_message), p_t, false)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN (SELECT s.reply FROM text_seen s WHERE s.tenant = p_tenant AND s.text_key = uuid_send(p_message));
    ELSIF p_stops THEN
        INSERT INTO service_opt_out (tenant, service_id, number_key, made_at) VALUES (p_tenant, p_service, p_key, p_t)
        ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM service_opt_out o WHERE o.tenant = p_tenant AND o.service_id = p_service AND o.number_key = p_key;
    END IF;
    v_changed := FOUND;
    UPDATE text_seen s SET reply = v_changed WHERE s.tenant = p_tenant AND s.text_key = uuid_send(p_message);
    IF v_changed THEN
        PERFORM session_job(p_t, p_tenant, p_service, CASE WHEN p_stops THEN 'stopped' ELSE 'started' END, NULL, p_message);
    END IF;
    RETURN v_changed;
END $$;

-- A text that the customer sends to one participant, from the number that they know.
-- $3 service  $4 session  $5 participant  $6 id of the message  $7 its words, sealed
-- Returns "ok", also where it was sent before, or why not: session-unknown, closed, participant-unknown, no-partner, mode, opted-out, quota
CREATE OR REPLACE FUNCTION session_send(
    p_t timestamptz, p_tenant uuid, p_service uuid, p_session uuid, p_to uuid, p_message uuid, p_body bytea
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_asked record;
    v_to    record;
    v_why   text;
BEGIN
    SELECT * INTO v_asked FROM session_asked(p_t, p_tenant, p_service, p_session, p_to, p_message);
    IF v_asked.said IS NOT NULL THEN RETURN v_asked.said; END IF;
    SELECT * INTO v_to FROM session_reads(p_tenant, p_session, p_to, NULL);
    IF v_to.participant_id IS NULL OR NOT EXISTS (
        SELECT FROM participant p WHERE p.tenant = p_tenant AND p.session_id = p_session AND p.side <> v_to.side
           AND p.deleted_at IS NULL) THEN
        RETURN 'no-partner';
    END IF;
    v_why := session_text_refused(p_t, v_asked.session, v_asked.service, NULL, v_to.number_key, false);
    IF v_why IS NOT NULL THEN RETURN v_why; END IF;
    PERFORM session_touch(p_t, p_tenant, p_session, p_message, 'message', NULL, p_to, NULL);
    PERFORM session_text_keep(p_t, p_tenant, p_session, p_message, p_body, v_to.account_id, v_to.number_id, v_to.phone_id);
    RETURN 'ok';
END $$;

-- Something that came with a text cannot be passed on: its row says so, and its sender is to be told, once a day at most.
-- $3 text  $4 what came with it  $5 the empty box that stands there now, one for each  Index: media_pkey, interaction_pkey
CREATE OR REPLACE FUNCTION media_lost(
    p_t timestamptz, p_tenant uuid, p_message uuid, p_media uuid[], p_boxes bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_who uuid := (SELECT i.from_participant FROM interaction i WHERE i.tenant = p_tenant AND i.interaction_id = p_message);
BEGIN
    UPDATE media m SET kind = 'lost', sealed = l.box
      FROM unnest(p_media, p_boxes) AS l (id, box)
     WHERE m.tenant = p_tenant AND m.media_id = l.id AND m.kind <> 'lost';
    IF NOT FOUND OR v_who IS NULL OR tally_over(p_t, p_tenant, 'media-lost', uuid_send(v_who), interval '24 hours', 1) THEN
        RETURN;
    END IF;
    PERFORM put_job(p_t, p_tenant, 'media-lost', p_message::text, p_message::text, jsonb_build_object('message', p_message),
                    p_t);
END $$;

-- How far a text has come. "unknown": the carrier may have it, and it is never sent again; news may still tell more.
CREATE OR REPLACE FUNCTION message_rank(p_state text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_state WHEN 'queued' THEN 1 WHEN 'sent' THEN 2 WHEN 'unknown' THEN 3 WHEN 'undelivered' THEN 4
                        WHEN 'failed' THEN 4 WHEN 'delivered' THEN 5 ELSE 0 END
$$;

-- Moves a text on, never backwards; its words go with its fate. $3 account, which alone may tell  $5 state  $6 error or null
-- Returns whether it moved. Index: message_pkey
CREATE OR REPLACE FUNCTION message_moves(
    p_t timestamptz, p_tenant uuid, p_account uuid, p_message uuid, p_state text, p_error text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_session uuid;
BEGIN
    UPDATE message m SET state = p_state, error = p_error, changed_at = p_t,
                         body = CASE WHEN message_rank(p_state) < 3 THEN m.body END
     WHERE m.tenant = p_tenant AND m.message_id = p_message AND m.account_id = p_account
       AND message_rank(p_state) > message_rank(m.state)
    RETURNING m.session_id INTO v_session;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM session_job(p_t, p_tenant, s.service_id, 'moved', s.session_id, p_message)
       FROM session s WHERE s.tenant = p_tenant AND s.session_id = v_session;
    RETURN true;
END $$;
