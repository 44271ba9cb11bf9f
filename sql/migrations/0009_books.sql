-- Address books: what waits for a merge is sealed, and nothing in it leads to whoever gave it. docs/decisions/0014.
-- compatible from: 1

DROP TABLE name_inbox;
DROP TABLE name_inbox_head;
DROP TABLE cohort;                 -- people of a kind are counted within one merge, in name_giver

CREATE UNLOGGED TABLE name_inbox ( -- what people gave, until a tick merges all of it: no account, no upload, no time
    queue      smallint NOT NULL,              -- 0 books, 1 single names, 2 marks: each merges by itself
    generation uuid NOT NULL,
    place      bytea NOT NULL,                 -- the other half of the HMAC that made the token, which stands in the box
    box        bytea NOT NULL                  -- sealed under the token root: token, number, name, group tags
);
CREATE INDEX name_inbox_place ON name_inbox (queue, place);

CREATE UNLOGGED TABLE name_inbox_head (  -- which generation of a queue is open. A crash empties this and the inbox
    queue      smallint PRIMARY KEY,
    generation uuid NOT NULL
);

CREATE UNLOGGED TABLE name_giver ( -- who has given how many rows to a generation; gone once it is merged
    generation uuid NOT NULL,
    person_id  uuid NOT NULL,
    rows       integer NOT NULL,
    age        smallint NOT NULL,
    book       smallint NOT NULL,
    attested   boolean NOT NULL,
    PRIMARY KEY (generation, person_id)
);

CREATE TABLE book_receipt (        -- what became of a person's last address book: counts, and no number
    person_id  uuid PRIMARY KEY,
    upload_id  uuid NOT NULL,
    made_at    timestamptz NOT NULL,           -- to the hour
    state      text NOT NULL CHECK (state IN ('running', 'waiting', 'merged', 'cut', 'withdrawing', 'withdrawn')),
    contacts   integer NOT NULL DEFAULT 0,     -- read so far; where to go on
    accepted   integer NOT NULL DEFAULT 0,     -- numbers with names
    withheld   integer NOT NULL DEFAULT 0,     -- private contacts, and their own number
    removed    integer NOT NULL DEFAULT 0,     -- names taken back
    refused    jsonb NOT NULL DEFAULT '{}',    -- reason: how many
    generation uuid                            -- where its rows wait
);
CREATE INDEX book_receipt_made ON book_receipt (made_at);

CREATE TABLE name_leaver (         -- whoever takes back all they gave, while the background looks for it
    person_id  uuid PRIMARY KEY,
    asked_at   timestamptz NOT NULL,
    looked     uuid,                           -- number_ref up to which it was looked for
    removed    integer NOT NULL DEFAULT 0,
    account    boolean NOT NULL                -- false: the account is gone, nobody waits for a receipt
);

