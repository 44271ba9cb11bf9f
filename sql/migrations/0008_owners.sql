-- The owners of numbers: who proved one, what they may see of its names, and businesses. CALLERID 1.3, 1.5 and 2.3.
-- compatible from: 1

ALTER TABLE named_number ADD COLUMN strikes boolean NOT NULL DEFAULT false;  -- whether a cluster of it is struck out
CREATE INDEX named_number_given_back ON named_number (disconnected_week)
    WHERE disconnected_week IS NOT NULL AND owned_week IS NULL AND (hidden OR strikes);

CREATE TABLE name_owner (          -- that somebody who signs in proved a number
    number_ref  uuid PRIMARY KEY REFERENCES named_number ON DELETE CASCADE,
    owner       bytea NOT NULL,                -- HMAC(person, number_ref): whether it is still the same one; not who
    root        integer NOT NULL,              -- the token root that it was made under
    proven_week integer NOT NULL,
    asked_week  integer NOT NULL,              -- when they last looked at what goes round
    circulating jsonb,                         -- what they may see of it; renewed on a tick alone
    renewed_at  timestamptz
);
CREATE INDEX name_owner_asked ON name_owner (asked_week, number_ref);

CREATE TABLE name_business (       -- that a number's owner asked to be shown as a business
    business_id uuid PRIMARY KEY,
    number_ref  uuid NOT NULL UNIQUE REFERENCES named_number ON DELETE CASCADE,
    person_id   uuid NOT NULL,                 -- who asked, to be reminded; no key leads from here to what they shared
    name        text NOT NULL CHECK (length(name) < 40),
    category    text NOT NULL,
    evidence    text NOT NULL CHECK (length(evidence) <= 200),  -- a document's reference, or an address on the web
    state       text NOT NULL CHECK (state IN ('asked', 'verified', 'refused', 'revoked', 'expired')),
    asked_at    timestamptz NOT NULL,
    decided_at  timestamptz,                   -- verified, refused, revoked or expired
    until       timestamptz                    -- a verified one expires then
);
CREATE INDEX name_business_until ON name_business (until) WHERE state = 'verified';
CREATE INDEX name_business_over ON name_business (decided_at) WHERE state IN ('refused', 'revoked', 'expired');
