-- What lists and limits read: a page, or what is live, however much has passed; and how far a block of a session reaches.
-- Each index is built in some seconds for a million rows; nobody writes to its table meanwhile.
-- compatible from: 2

CREATE INDEX session_in_state ON session (tenant, service_id, state, made_at, session_id);
CREATE INDEX session_running ON session (tenant, service_id, until) WHERE state <> 'closed';
CREATE INDEX service_listed ON service (tenant, made_at, service_id);
CREATE INDEX participant_listed ON participant (tenant, session_id, made_at, participant_id);
CREATE INDEX interaction_sent ON interaction (tenant, session_id, to_participant, at, interaction_id)
 WHERE kind = 'message' AND from_participant IS NULL;
CREATE INDEX claim_running ON claim (tenant, number_id, until) WHERE kind = 'session';

-- participant_place finds who is in a session, participant_listed whoever ever was.
DROP INDEX participant_session;

CREATE TABLE session_block (       -- who refuses whom in the sessions of a service
    tenant     uuid NOT NULL,
    service_id uuid NOT NULL,
    phone_id   uuid NOT NULL,      -- who blocked
    party_key  bytea NOT NULL,     -- number key of who is blocked
    made_at    timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    PRIMARY KEY (tenant, service_id, phone_id, party_key),
    FOREIGN KEY (tenant, service_id) REFERENCES service ON DELETE CASCADE,
    FOREIGN KEY (tenant, phone_id) REFERENCES phone
);
CREATE INDEX session_block_until ON session_block (until);
CREATE INDEX session_block_phone ON session_block (tenant, phone_id);

-- They stood among the blocks of stickers, and held there too. `block` is of stickers alone from here on.
INSERT INTO session_block
SELECT b.tenant, b.service_id, b.phone_id, b.party_key, b.made_at, b.until
  FROM block b JOIN service s ON s.tenant = b.tenant AND s.service_id = b.service_id;
DELETE FROM block WHERE service_id IS NOT NULL;
