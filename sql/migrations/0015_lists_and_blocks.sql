-- What lists and limits read: a page, or what is live, however much has passed. Each index is built in some seconds for a
-- million rows; nobody writes to its table meanwhile.
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
