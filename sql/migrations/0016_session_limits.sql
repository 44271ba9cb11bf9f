-- What one person and one session of a service may use in a day, beside the service itself; minutes of talk; and who may call.
-- compatible from: 2

-- Null is no limit. A person's are their own in this service, in all of its sessions together.
ALTER TABLE service
    ADD minutes_a_day         integer CHECK (minutes_a_day > 0),
    ADD person_calls_a_day    integer CHECK (person_calls_a_day > 0),
    ADD person_texts_a_day    integer CHECK (person_texts_a_day > 0),
    ADD person_minutes_a_day  integer CHECK (person_minutes_a_day > 0),
    ADD session_calls_a_day   integer CHECK (session_calls_a_day > 0),
    ADD session_texts_a_day   integer CHECK (session_texts_a_day > 0),
    ADD session_minutes_a_day integer CHECK (session_minutes_a_day > 0),
    ADD needs_full_attestation boolean DEFAULT false;  -- only callers whom their network fully vouches for; null is false
