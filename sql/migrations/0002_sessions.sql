-- Sessions: people of somebody's app, who call and text each other through masked numbers. DESIGN 4 and 4a.
-- compatible from: 1

-- ── who asks (admin) ──────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE client (              -- a program that uses our APIs; a directory, found by its token
    client_id  uuid PRIMARY KEY,
    tenant     uuid NOT NULL REFERENCES tenant,
    name       text NOT NULL,
    scopes     text[] NOT NULL,    -- proxy, api, api:read
    token_hash bytea NOT NULL UNIQUE,  -- HMAC under the token root: finds it
    token      bytea NOT NULL,     -- sealed: signs what we send to it
    made_at    timestamptz NOT NULL,
    revoked_at timestamptz,
    UNIQUE (tenant, name)
);

CREATE TABLE request_seen (        -- Idempotency-Key: what a create made, never what it answered
    tenant      uuid NOT NULL,
    client_id   uuid NOT NULL,
    name_hash   bytea NOT NULL,
    body_hash   bytea NOT NULL,    -- HMAC of method, path and body
    resource_id uuid,              -- null while the first is under way
    at          timestamptz NOT NULL,
    PRIMARY KEY (tenant, client_id, name_hash)
);
CREATE INDEX request_seen_at ON request_seen (at);

-- ── masking ───────────────────────────────────────────────────────────────────────────────────────────────────────

ALTER TABLE proxy_number
    ADD COLUMN carrier_sid text,   -- the carrier's own id of it, where it has one
    ADD COLUMN voice boolean NOT NULL DEFAULT true,
    ADD COLUMN texts boolean NOT NULL DEFAULT true;

CREATE TABLE service (
    tenant             uuid NOT NULL,
    service_id         uuid NOT NULL,
    client_id          uuid NOT NULL REFERENCES client,  -- whose token signs its callbacks
    unique_name        text NOT NULL CHECK (length(unique_name) BETWEEN 1 AND 191),
    default_ttl        integer CHECK (default_ttl >= 0),  -- seconds; null: not said, so 90 days; 0: asked for, no end
    cool_off           integer NOT NULL CHECK (cool_off BETWEEN 0 AND 31622400),  -- seconds
    numbering          text NOT NULL CHECK (numbering IN ('one', 'each')),
    selection          text NOT NULL CHECK (selection IN ('prefer-sticky', 'avoid-sticky')),
    geo_match          text NOT NULL CHECK (geo_match IN ('country', 'area-code', 'overlay', 'radius')),
    fallback_countries text[] NOT NULL,   -- whose numbers serve where a party's own country has none free
    countries          text[] NOT NULL,   -- that may be dialled; none: as the installation says
    most_live          integer NOT NULL CHECK (most_live > 0),  -- live sessions on one number
    pin_length         smallint NOT NULL CHECK (pin_length BETWEEN 4 AND 15),
    ring               smallint NOT NULL CHECK (ring BETWEEN 5 AND 60),
    talk               integer NOT NULL CHECK (talk BETWEEN 60 AND 14400),
    language           text NOT NULL,     -- spoken to whom nobody knows
    quiet_from         time,
    quiet_to           time,
    timezone           text NOT NULL,
    calls_a_day        integer CHECK (calls_a_day > 0),
    texts_a_day        integer CHECK (texts_a_day > 0),
    needs_attestation  boolean NOT NULL,  -- a caller whose STIR check failed is refused
    screens            boolean NOT NULL,  -- whoever is rung accepts with a key, so that no voicemail answers
    redacts            boolean NOT NULL,  -- numbers, e-mails and links in texts are hidden
    stop_words         text[] NOT NULL,   -- beside ours
    shows_numbers      boolean NOT NULL,  -- its events carry real numbers
    callback_url       text CHECK (length(callback_url) <= 4000),
    intercept_url      text CHECK (length(intercept_url) <= 4000),
    intercept_open     boolean NOT NULL,  -- no answer in time lets the call through
    outside_url        text CHECK (length(outside_url) <= 4000),
    events_url         text CHECK (length(events_url) <= 4000),
    chat_instance_sid  text,
    event_seq          bigint NOT NULL DEFAULT 0,
    made_at            timestamptz NOT NULL,
    changed_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant, service_id),
    UNIQUE (tenant, unique_name),
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

CREATE TABLE service_number (      -- a number belongs to one service at a time
    tenant      uuid NOT NULL,
    number_id   uuid NOT NULL,
    service_id  uuid NOT NULL,
    reserved    boolean NOT NULL,  -- given only to who asks for it by name
    made_at     timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    released_at timestamptz,       -- rests for its former service: its claims still cool
    PRIMARY KEY (tenant, number_id),
    FOREIGN KEY (tenant, service_id) REFERENCES service ON DELETE CASCADE
);
CREATE INDEX service_number_pool ON service_number (tenant, service_id, made_at, number_id) WHERE released_at IS NULL;

CREATE TABLE session (
    tenant        uuid NOT NULL,
    session_id    uuid NOT NULL,
    service_id    uuid NOT NULL,
    unique_name   text CHECK (length(unique_name) BETWEEN 1 AND 191),
    state         text NOT NULL CHECK (state IN ('open', 'in-progress', 'closed')),  -- over too once t >= until
    closed_reason text,            -- api, expired, a word
    mode          text NOT NULL CHECK (mode IN ('voice-and-message', 'voice-only', 'message-only')),
    direction     text NOT NULL CHECK (direction IN ('both', 'one-way')),  -- one-way: side 1 begins
    ttl           integer NOT NULL CHECK (ttl >= 0),  -- seconds since the last interaction; 0: none
    slides        boolean NOT NULL,  -- whether ttl counts (with Twilio an absolute end overrides it)
    expires_at    timestamptz,     -- absolute end
    until         timestamptz NOT NULL,  -- when it ends as things stand; infinity: never
    cool_off      integer NOT NULL,  -- seconds, of the service when made
    force_pin     boolean NOT NULL,
    named         boolean NOT NULL,  -- both agreed to be announced by called_as
    ring          smallint,        -- null: as the service says
    talk          integer,
    made_at       timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    started_at    timestamptz,     -- of the first interaction
    last_at       timestamptz,     -- of the last one
    reopened_at   timestamptz,     -- its ttl counts from then too
    ended_at      timestamptz,
    PRIMARY KEY (tenant, session_id),
    FOREIGN KEY (tenant, service_id) REFERENCES service ON DELETE CASCADE
);
CREATE UNIQUE INDEX session_unique_name ON session (tenant, service_id, unique_name) WHERE unique_name IS NOT NULL;
CREATE INDEX session_listed ON session (tenant, service_id, made_at, session_id);
CREATE INDEX session_until ON session (until) WHERE state <> 'closed';
CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE participant (
    tenant         uuid NOT NULL,
    participant_id uuid NOT NULL,
    session_id     uuid NOT NULL,
    side           smallint NOT NULL CHECK (side IN (1, 2)),
    place          smallint NOT NULL CHECK (place BETWEEN 1 AND 10),  -- in which order a side rings
    phone_id       uuid,           -- null: awaited (joins by PIN), or erased
    number_id      uuid,           -- the proxy number that they see and dial
    friendly_name  text CHECK (length(friendly_name) <= 255),
    called_as      text CHECK (length(called_as) <= 40),       -- "your driver": said to the others
    announcement   text CHECK (length(announcement) <= 300),   -- said to them before they are joined
    pin_hash       bytea,          -- HMAC(token root, service|number|pin); also a claim under tag 05
    made_at        timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    deleted_at     timestamptz,
    PRIMARY KEY (tenant, participant_id),
    FOREIGN KEY (tenant, session_id) REFERENCES session ON DELETE CASCADE,
    FOREIGN KEY (tenant, phone_id) REFERENCES phone
);
CREATE INDEX participant_session ON participant (tenant, session_id, side, place);
CREATE UNIQUE INDEX participant_place ON participant (tenant, session_id, side, place) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX participant_once ON participant (tenant, phone_id, session_id) WHERE phone_id IS NOT NULL;

CREATE TABLE interaction (         -- one call or one text; its id is the call's or the text's, so that it counts once
    tenant           uuid NOT NULL,
    interaction_id   uuid NOT NULL,
    session_id       uuid NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('voice', 'message')),
    from_participant uuid,         -- null: sent by the API, or joined by PIN from a withheld number
    to_participant   uuid,
    refused          text,         -- why it went no further: intercepted, mode, opted-out, quota
    at               timestamptz NOT NULL,
    changed_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant, interaction_id),
    FOREIGN KEY (tenant, session_id) REFERENCES session ON DELETE CASCADE
);
CREATE INDEX interaction_session ON interaction (tenant, session_id, at, interaction_id);
CREATE INDEX interaction_at ON interaction (at);

CREATE TABLE message (             -- a text that is passed on, until it is; its words only for so long
    tenant       uuid NOT NULL,
    message_id   uuid NOT NULL,
    session_id   uuid NOT NULL,
    account_id   uuid NOT NULL,    -- which sends it
    number_id    uuid NOT NULL,    -- which is shown
    phone_id     uuid,             -- to whom
    carrier_text text,             -- the carrier's id, until its own record is deleted
    body         bytea,            -- sealed; emptied once its fate is known, after a day at the latest
    state        text NOT NULL,    -- accepted, queued, sent, delivered, undelivered, failed, unknown
    error        text,
    made_at      timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant, message_id),
    UNIQUE (tenant, account_id, carrier_text),
    FOREIGN KEY (tenant, session_id) REFERENCES session ON DELETE CASCADE
);
CREATE INDEX message_made ON message (made_at);
CREATE INDEX message_body ON message (made_at) WHERE body IS NOT NULL;
CREATE INDEX message_session ON message (tenant, session_id);
CREATE INDEX message_phone ON message (tenant, phone_id) WHERE phone_id IS NOT NULL;

CREATE TABLE media (               -- what came with a text, cleaned; served under a short-lived address
    tenant     uuid NOT NULL,
    media_id   uuid NOT NULL,
    message_id uuid NOT NULL,
    kind       text NOT NULL,      -- address: yet to be fetched; image/jpeg, image/png; lost: it cannot be passed on
    sealed     bytea NOT NULL,     -- account and address at the carrier; then base64; nothing
    made_at    timestamptz NOT NULL,
    place      smallint NOT NULL DEFAULT 0,  -- in which order they came
    PRIMARY KEY (tenant, media_id),
    FOREIGN KEY (tenant, message_id) REFERENCES message ON DELETE CASCADE
);
CREATE INDEX media_made ON media (made_at);
CREATE INDEX media_message ON media (tenant, message_id);

CREATE TABLE service_opt_out (     -- who texted STOP to a number of this service
    tenant     uuid NOT NULL,
    service_id uuid NOT NULL,
    number_key bytea NOT NULL,
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, service_id, number_key),
    FOREIGN KEY (tenant, service_id) REFERENCES service ON DELETE CASCADE
);

CREATE TABLE event (               -- what a customer is told, numbered without gaps for each service
    tenant       uuid NOT NULL,
    event_id     uuid NOT NULL,
    service_id   uuid NOT NULL,
    seq          bigint NOT NULL,
    kind         text NOT NULL,
    session_id   uuid,
    facts        jsonb NOT NULL,   -- references and words, never a number
    at           timestamptz NOT NULL,
    delivered_at timestamptz,
    dead_at      timestamptz,      -- given up; can be sent again
    PRIMARY KEY (tenant, event_id),
    UNIQUE (tenant, service_id, seq),
    FOREIGN KEY (tenant, service_id) REFERENCES service ON DELETE CASCADE
);
CREATE INDEX event_at ON event (at);

-- ── voice ─────────────────────────────────────────────────────────────────────────────────────────────────────────

ALTER TABLE call
    ADD COLUMN attestation text,   -- the STIR verdict as the carrier words it
    DROP CONSTRAINT call_purpose_check,
    ADD CONSTRAINT call_purpose_check CHECK (purpose IN ('masked', 'consent', 'placed'));
