-- The house: every table of the first masked call. DESIGN section 4.
-- compatible from: 1
--
-- The tenant leads the primary keys of masking and voice. Four directories are the exception, so that a webhook or a
-- scan can find its tenant: proxy number, sticker code, client, carrier account.
-- Times come from the caller ($t); no default calls the clock.

CREATE TABLE tenant (
    tenant     uuid PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    made_at    timestamptz NOT NULL
);

-- ── keys and the audit trail (privacy) ────────────────────────────────────────────────────────────────────────────

CREATE TABLE key_check (           -- tells whether a key ring is the one these rows were sealed with
    root       text NOT NULL,      -- number, seal, token, audit
    key_id     integer NOT NULL,
    proof      bytea NOT NULL,     -- HKDF(root, "key check"); for `number` a row also says that this wrap is applied
    PRIMARY KEY (root, key_id)
);

-- In no WAL, standby or base backup: a lost or deleted row makes what was sealed with it unreadable for good.
CREATE UNLOGGED TABLE short_key (
    key_id     bigint PRIMARY KEY, -- random, so that it never names another key after a crash emptied the table
    day        date NOT NULL UNIQUE,
    wrapped    bytea NOT NULL,     -- under the seal root
    expires_at timestamptz NOT NULL
);

CREATE TABLE audit_entry (
    entry_id   uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text NOT NULL,      -- an opaque id, or "command", "worker"
    action     text NOT NULL,
    reference  text,               -- an opaque id, never a number
    counts     jsonb NOT NULL
);

CREATE TABLE audit_link (          -- one writer chains the entries in the order it met them
    seq        bigint PRIMARY KEY,
    entry_id   uuid NOT NULL UNIQUE REFERENCES audit_entry,
    hash       bytea NOT NULL      -- HMAC(audit root, previous hash || entry)
);

CREATE TABLE audit_waiting (       -- entries that the one writer has not chained yet
    entry_id   uuid PRIMARY KEY REFERENCES audit_entry
);

CREATE TABLE audit_head (          -- how far the chain goes, so that an end cut off is noticed
    head       boolean PRIMARY KEY DEFAULT true CHECK (head),
    seq        bigint NOT NULL,
    proof      bytea NOT NULL      -- HMAC(audit root, seq || hash)
);

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- ── follow-up work (sql) ──────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE outbox (
    job_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant       uuid NOT NULL,
    kind         text NOT NULL,
    subject      text NOT NULL,    -- jobs of one subject run in order
    idempotency  text NOT NULL,
    payload      jsonb NOT NULL,   -- references and words, never a number
    made_at      timestamptz NOT NULL,
    due          timestamptz NOT NULL,
    attempts     smallint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    dead_at      timestamptz,      -- a dead letter since
    error        text,
    UNIQUE (tenant, kind, idempotency)
);
CREATE INDEX outbox_due ON outbox (due) WHERE dead_at IS NULL;
CREATE INDEX outbox_subject ON outbox (tenant, subject, job_id) WHERE dead_at IS NULL;
CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;

-- Budgets longer than an hour and tries that guard a secret.
CREATE TABLE tally (
    tenant     uuid NOT NULL,
    name       text NOT NULL,
    subject    bytea NOT NULL,
    starts     timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    count      integer NOT NULL,
    PRIMARY KEY (tenant, name, subject)
);
CREATE INDEX tally_expires ON tally (expires_at);

-- ── carriers and numbers ──────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE carrier_account (
    account_id uuid PRIMARY KEY,
    tenant     uuid NOT NULL REFERENCES tenant,
    carrier    text NOT NULL CHECK (carrier IN ('twilio', 'plivo')),
    vendor_id  text NOT NULL,      -- AccountSid, auth id
    tokens     bytea[] NOT NULL,   -- sealed; the first signs in to REST, every one may sign a webhook
    made_at    timestamptz NOT NULL,
    UNIQUE (carrier, vendor_id)
);

CREATE TABLE proxy_number (        -- ours, printed and dialled by people: not a secret
    e164          text PRIMARY KEY,
    number_id     uuid NOT NULL UNIQUE,
    number_key    bytea NOT NULL UNIQUE,  -- as masking keys a person's number, to tell our own among callers
    tenant        uuid NOT NULL REFERENCES tenant,
    account_id    uuid NOT NULL REFERENCES carrier_account,
    country       text NOT NULL,
    role          text NOT NULL CHECK (role IN ('pool', 'shared', 'session')),
    next_role     text CHECK (next_role IN ('pool', 'shared', 'session')),  -- taken up once rested
    resting_until timestamptz,
    removed_at    timestamptz,
    made_at       timestamptz NOT NULL
);
CREATE INDEX proxy_number_role ON proxy_number (account_id, country, role) WHERE removed_at IS NULL;

-- ── masking ───────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE phone (               -- the one place where a person's number stands
    tenant     uuid NOT NULL,
    phone_id   uuid NOT NULL,
    number_key bytea NOT NULL,
    sealed     bytea NOT NULL,
    language   text NOT NULL,
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, phone_id),
    UNIQUE (tenant, number_key)
);
CREATE INDEX phone_made ON phone (made_at);
CREATE INDEX phone_seal ON phone (substr(sealed, 1, 9));  -- version and key id: what an old seal key still holds

CREATE TABLE claim (
    tenant      uuid NOT NULL,
    number_id   uuid NOT NULL,
    party_key   bytea NOT NULL,    -- 00 · 01 digits · 02 scanner under a day key · 03 party · 04 call id
    claim_id    uuid NOT NULL,     -- new at each take-over
    kind        text NOT NULL CHECK (kind IN ('open', 'extension', 'bound', 'callback', 'session')),
    target      text NOT NULL,     -- sticker, call, session side
    target_id   uuid NOT NULL,
    scan_id     uuid,
    peer_key    bytea,
    made_at     timestamptz NOT NULL,
    used_at     timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    reuse_after timestamptz NOT NULL,
    PRIMARY KEY (tenant, number_id, party_key),
    CHECK (until <= reuse_after)
);
CREATE INDEX claim_target ON claim (tenant, target_id);
CREATE INDEX claim_scan ON claim (tenant, scan_id) WHERE scan_id IS NOT NULL;
CREATE INDEX claim_reuse ON claim (reuse_after);

CREATE TABLE sticker_code (        -- printed: the code never changes, what it points at may
    code       text PRIMARY KEY,
    tenant     uuid NOT NULL,
    sticker_id uuid NOT NULL
);

CREATE TABLE sticker (
    tenant           uuid NOT NULL,
    sticker_id       uuid NOT NULL,
    code             text NOT NULL,
    state            text NOT NULL CHECK (state IN ('printed', 'activated', 'paused', 'revoked')),
    country          text NOT NULL,          -- whose proxy numbers serve it
    language         text NOT NULL,
    label            text,                   -- what the owner calls the vehicle; said to the owner only
    plate            text,
    plate_shown      text NOT NULL CHECK (plate_shown IN ('hidden', 'partly', 'full')),
    callback_minutes integer NOT NULL CHECK (callback_minutes BETWEEN 0 AND 1440),
    quiet_from       time,
    quiet_to         time,
    timezone         text NOT NULL,
    made_at          timestamptz NOT NULL,
    PRIMARY KEY (tenant, sticker_id),
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

CREATE TABLE sticker_contact (     -- who is rung: 1 the owner, 2 the second contact; each agrees for themselves
    tenant     uuid NOT NULL,
    sticker_id uuid NOT NULL,
    place      smallint NOT NULL CHECK (place IN (1, 2)),
    phone_id   uuid NOT NULL,
    state      text NOT NULL CHECK (state IN ('asked', 'agreed', 'refused')),
    asked_at   timestamptz NOT NULL,
    agreed_at  timestamptz,
    PRIMARY KEY (tenant, sticker_id, place),
    FOREIGN KEY (tenant, phone_id) REFERENCES phone
);
CREATE INDEX sticker_contact_phone ON sticker_contact (tenant, phone_id);
CREATE INDEX sticker_contact_asked ON sticker_contact (asked_at) WHERE state <> 'agreed';

CREATE TABLE scan (
    tenant      uuid NOT NULL,
    scan_id     uuid NOT NULL,
    sticker_id  uuid NOT NULL,
    at          timestamptz NOT NULL,
    reason      text NOT NULL,
    language    text NOT NULL,
    device      text NOT NULL,     -- phone, tablet, computer, other
    browser     text NOT NULL,     -- chrome, safari, firefox, other
    address_key bytea NOT NULL,    -- IP prefix under a day key
    message     text,              -- preset to the owner
    reply       text,              -- preset from the owner, shown for 15 minutes
    replied_at  timestamptz,
    missed_at   timestamptz,       -- "the owner has been told"
    PRIMARY KEY (tenant, scan_id)
);
CREATE INDEX scan_at ON scan (at);
CREATE INDEX scan_sticker ON scan (tenant, sticker_id, at);

CREATE TABLE block (
    tenant     uuid NOT NULL,
    phone_id   uuid NOT NULL,      -- who blocked
    party_key  bytea NOT NULL,     -- number key of who is blocked
    made_at    timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    PRIMARY KEY (tenant, phone_id, party_key),
    FOREIGN KEY (tenant, phone_id) REFERENCES phone
);
CREATE INDEX block_until ON block (until);

-- ── voice ─────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE call (
    tenant        uuid NOT NULL,
    call_id       uuid NOT NULL,
    account_id    uuid NOT NULL,
    carrier_call  text,            -- until the carrier's own record is deleted
    number_id     uuid NOT NULL,
    purpose       text NOT NULL CHECK (purpose IN ('masked', 'consent')),
    state         smallint NOT NULL,  -- received 0, menu 1, ringing 2, screening 3, bridged 4, ended 5
    attempt       smallint NOT NULL,
    outcome       text,
    coming        boolean NOT NULL DEFAULT false,  -- the owner said "in five minutes"
    claim_id      uuid,
    target        text,
    target_id     uuid,
    scan_id       uuid,
    route         jsonb NOT NULL,  -- references, never a number
    caller_sealed bytea,           -- under a short key
    started_at    timestamptz NOT NULL,
    bridged_at    timestamptz,
    ended_at      timestamptz,
    talk_seconds  integer,
    closes_at     timestamptz NOT NULL,  -- by then the worker ends it as unknown
    PRIMARY KEY (tenant, call_id),
    UNIQUE (tenant, account_id, carrier_call)
);
CREATE INDEX call_open ON call (closes_at) WHERE ended_at IS NULL;
CREATE INDEX call_target ON call (tenant, target_id);
CREATE INDEX call_scan ON call (tenant, scan_id) WHERE scan_id IS NOT NULL;
CREATE INDEX call_started ON call (started_at);
CREATE INDEX call_sealed ON call (ended_at) WHERE ended_at IS NOT NULL AND caller_sealed IS NOT NULL;  -- still to be made anonymous
CREATE INDEX call_named ON call (ended_at) WHERE ended_at IS NOT NULL AND carrier_call IS NOT NULL;    -- still known to the carrier

CREATE TABLE call_step (           -- what was answered at each step, so that a repeat is answered alike
    tenant     uuid NOT NULL,
    call_id    uuid NOT NULL,
    step       text NOT NULL,
    at         timestamptz NOT NULL,
    route      jsonb NOT NULL,
    PRIMARY KEY (tenant, call_id, step)
);
CREATE INDEX call_step_at ON call_step (at);

CREATE TABLE text_seen (           -- inbound texts: dedupe keys, and one reply a day
    tenant     uuid NOT NULL,
    text_key   bytea NOT NULL,
    at         timestamptz NOT NULL,
    reply      boolean NOT NULL,
    used_for   bytea,              -- of a nonce: the text that it came with
    PRIMARY KEY (tenant, text_key)
);
CREATE INDEX text_seen_at ON text_seen (at);

CREATE TABLE opt_out (             -- who texted STOP: no notice goes there, about whichever sticker
    tenant     uuid NOT NULL,
    number_key bytea NOT NULL,
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, number_key)
);
