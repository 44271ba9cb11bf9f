-- People: a number that somebody has proven, the devices that they sign in with, what they consented to. DESIGN 4 and 8.
-- compatible from: 1
--
-- They belong to the installation, not to a tenant.

-- ── proof of a number (privacy) ───────────────────────────────────────────────────────────────────────────────────

CREATE TABLE proof (               -- a code on its way to a number, for minutes. The code itself is kept nowhere
    proof_id   uuid PRIMARY KEY,
    purpose    text NOT NULL,
    number_key bytea NOT NULL,     -- as people key it
    sealed     bytea NOT NULL,     -- the number
    place      text NOT NULL,      -- its country and the block of 100,000 numbers that it is in
    way        text NOT NULL CHECK (way IN ('text', 'voice')),
    language   text NOT NULL,
    made_at    timestamptz NOT NULL,
    sent_at    timestamptz NOT NULL,           -- when it was last asked for
    until      timestamptz NOT NULL,
    sent       smallint NOT NULL,              -- how often it was asked for
    taken      smallint NOT NULL DEFAULT 0,    -- how many of these went to a carrier
    tries      smallint NOT NULL DEFAULT 0,    -- codes that were entered
    UNIQUE (number_key, purpose)
);
CREATE INDEX proof_until ON proof (until);
CREATE INDEX proof_place ON proof (place);

CREATE TABLE proof_spending (      -- what codes cost on a day, and how many were used: all, of a country, of a block
    day   date NOT NULL,
    place text NOT NULL,           -- "all", "GB", "GB +4477009"
    asked integer NOT NULL,        -- proofs that were begun
    used  integer NOT NULL,        -- those whose code came back
    spent bigint NOT NULL,         -- ten-thousandths of the currency
    PRIMARY KEY (day, place)
);

-- ── people (admin) ────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE person (
    person_id  uuid PRIMARY KEY,
    number_key bytea UNIQUE,       -- as people key it; null once somebody else has proven the number
    sealed     bytea,              -- the number
    region     text NOT NULL,      -- by which numbers without a country code are read
    language   text NOT NULL,
    made_at    timestamptz NOT NULL,
    proven_at  timestamptz NOT NULL,           -- since when the number is proven to be theirs
    seen_on    date NOT NULL,                  -- the last day that one of their devices was used
    left_at    timestamptz,                    -- when somebody else proved the number
    CHECK ((number_key IS NULL) = (sealed IS NULL))
);
CREATE INDEX person_seal ON person (substr(sealed, 1, 9));  -- version and key id: what an old seal key still holds

CREATE TABLE device (              -- where a person is signed in
    device_id  uuid PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,          -- HMAC under the token root: finds it
    name       text NOT NULL CHECK (length(name) <= 64),
    attested   boolean NOT NULL DEFAULT false, -- it proved that it is a real one
    made_at    timestamptz NOT NULL,
    used_on    date NOT NULL
);
CREATE INDEX device_person ON device (person_id);
CREATE INDEX device_used ON device (used_on);

CREATE TABLE consent (             -- what a person agreed to, and when they took it back
    person_id    uuid NOT NULL REFERENCES person ON DELETE CASCADE,
    purpose      text NOT NULL,
    given_at     timestamptz NOT NULL,
    version      integer NOT NULL,             -- of the text that they saw
    language     text NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (person_id, purpose, given_at)
);
CREATE UNIQUE INDEX consent_live ON consent (person_id, purpose) WHERE withdrawn_at IS NULL;

-- ── voice ─────────────────────────────────────────────────────────────────────────────────────────────────────────

ALTER TABLE call
    DROP CONSTRAINT call_purpose_check,
    ADD CONSTRAINT call_purpose_check CHECK (purpose IN ('masked', 'consent', 'placed', 'proof')) NOT VALID;
