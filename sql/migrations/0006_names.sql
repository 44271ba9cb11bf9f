-- Names: what people call numbers, and what is shown of it. Nothing here says who contributed what. DESIGN 4 and 5, CALLERID 5.
-- compatible from: 1

CREATE TABLE named_number (        -- a number that somebody named, and all that a look-up reads
    number_ref   uuid PRIMARY KEY,             -- stays when number keys move; tokens hang on it
    number_key   bytea NOT NULL UNIQUE,
    -- what is shown; renewed on a tick
    name         text CHECK (length(name) <= 64),
    names        jsonb,                        -- the same name by script: {"Deva": "…"}
    cluster      smallint,                     -- which it is, where the crowd chose it
    confidence   real NOT NULL DEFAULT 0 CHECK (confidence BETWEEN 0 AND 1),
    spam         real NOT NULL DEFAULT 0 CHECK (spam BETWEEN 0 AND 1),
    spam_kind    text,
    status       text NOT NULL DEFAULT 'unknown'
                 CHECK (status IN ('unknown', 'crowd', 'self-declared', 'confirmed', 'verified')),
    savers       integer NOT NULL DEFAULT 0,   -- how many people saved it, as of the tick
    -- what its owner said; at once
    hidden       boolean NOT NULL DEFAULT false,
    own_name     text CHECK (length(own_name) <= 64),
    says_name    boolean NOT NULL DEFAULT false,  -- own_name is spoken in masked calls that they make
    verified_name text CHECK (length(verified_name) <= 64),
    owned_week   integer,                      -- since when its owner is proven
    disconnected_week integer,                 -- when it was last given back
    dirty        boolean NOT NULL DEFAULT false   -- to be ranked again
) WITH (fillfactor = 80);
CREATE INDEX named_number_dirty ON named_number (number_ref) WHERE dirty;

CREATE TABLE name_cluster (        -- spellings of one name, of one number
    number_ref uuid NOT NULL REFERENCES named_number ON DELETE CASCADE,
    cluster    smallint NOT NULL,
    tags       integer NOT NULL CHECK (tags >= 0),
    struck     boolean NOT NULL DEFAULT false, -- its owner struck it out: it never shows again
    state      jsonb,                          -- what ranking keeps of it; null: to be made anew from the tags
    PRIMARY KEY (number_ref, cluster)
);

CREATE TABLE name_spelling (       -- a spelling, and how many people wrote it so
    number_ref uuid NOT NULL,
    cluster    smallint NOT NULL,
    form       smallint NOT NULL,
    spelling   text NOT NULL CHECK (length(spelling) <= 200),
    tags       integer NOT NULL CHECK (tags >= 0),
    PRIMARY KEY (number_ref, cluster, form),
    FOREIGN KEY (number_ref, cluster) REFERENCES name_cluster ON DELETE CASCADE
);

CREATE TABLE name_tag (            -- that somebody calls a number so. token: HMAC(account, number_ref)
    number_ref uuid NOT NULL REFERENCES named_number ON DELETE CASCADE,
    token      bytea NOT NULL,
    cluster    smallint NOT NULL,
    form       smallint NOT NULL,
    kind       smallint NOT NULL,              -- book, suggested, self, after a call
    week       integer NOT NULL,
    last_week  integer NOT NULL,
    age        smallint,                       -- these three only where at least five share them that week
    book       smallint,
    attested   boolean,
    device     integer,                        -- comparable within one number only
    network    integer,
    PRIMARY KEY (number_ref, token)
);

CREATE TABLE spam_mark (           -- that somebody marked a number as a nuisance, or as none
    number_ref uuid NOT NULL REFERENCES named_number ON DELETE CASCADE,
    token      bytea NOT NULL,
    spam       boolean NOT NULL,
    category   smallint NOT NULL,
    week       integer NOT NULL,
    age        smallint,
    book       smallint,
    attested   boolean,
    device     integer,
    network    integer,
    PRIMARY KEY (number_ref, token)
);
CREATE INDEX spam_mark_week ON spam_mark (week);

CREATE UNLOGGED TABLE name_inbox ( -- rows of all uploads, until a tick merges them: no account, no upload, no time
    token      bytea NOT NULL,
    number_ref uuid NOT NULL,
    number_key bytea NOT NULL,
    what       smallint NOT NULL,              -- a tag's kind, or a mark
    name       text,
    spam       boolean,
    category   smallint,
    week       integer NOT NULL,
    age        smallint,
    book       smallint,
    attested   boolean,
    device     integer,
    network    integer
);
CREATE INDEX name_inbox_token ON name_inbox (token);

CREATE UNLOGGED TABLE name_inbox_head (   -- one row: how many uploads wait. A crash empties both; the generation tells
    generation uuid NOT NULL,
    uploads    integer NOT NULL,
    since_week integer NOT NULL
);

CREATE TABLE cohort (              -- how many people of one kind contributed in a week
    week     integer NOT NULL,
    age      smallint NOT NULL,
    book     smallint NOT NULL,
    attested boolean NOT NULL,
    people   integer NOT NULL,
    PRIMARY KEY (week, age, book, attested)
);

CREATE TABLE name_model (          -- what ranking has learned; the newest version counts
    version integer PRIMARY KEY,
    body    jsonb NOT NULL,
    made_at timestamptz NOT NULL
);
