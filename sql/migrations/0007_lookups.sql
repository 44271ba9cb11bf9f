-- Look-ups of names: what each asker has spent, and what it asked before. DESIGN 4, CALLERID 1.4 and 6 (27, 28).
-- compatible from: 1

CREATE TABLE lookup_budget (       -- what an account, a device, a network or a company has spent
    asker         uuid PRIMARY KEY,        -- a keyed hash of its id; a network's under the day's key
    day           integer NOT NULL,        -- a UTC day: days since 1970-01-01
    today         integer NOT NULL,        -- points spent on it
    before        integer[] NOT NULL,      -- on each of the days before, the newest first, as many as the window has
    sum_before    integer NOT NULL,        -- their sum
    blocked_until timestamptz              -- asked for numbers side by side: nothing new until then
) WITH (fillfactor = 70);
CREATE INDEX lookup_budget_day ON lookup_budget (day);

CREATE TABLE lookup_mark (         -- that an asker asked for numbers of a block. No two askers' marks are alike
    asker uuid NOT NULL,
    block bigint NOT NULL,                 -- a keyed hash of asker and number without its last two digits
    marks bigint[] NOT NULL,               -- of asker and number; few, since more of one block are refused
    days  integer[] NOT NULL,              -- when each was paid for
    day   integer NOT NULL,                -- the newest of them
    PRIMARY KEY (asker, block)
);
CREATE INDEX lookup_mark_day ON lookup_mark (day);

ALTER TABLE client ADD COLUMN lookups_a_day integer NOT NULL DEFAULT 10000 CHECK (lookups_a_day >= 0);
