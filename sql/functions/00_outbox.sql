-- Follow-up work: every job that is put in by SQL.

-- Queues a job with its cause's transaction; nothing where one of the same kind and idempotency key waits already. NOTIFY
-- wakes the worker after commit. $6 payload: references and words, never a number  $7 when it is due
CREATE OR REPLACE FUNCTION put_job(
    p_t timestamptz, p_tenant uuid, p_kind text, p_subject text, p_idempotency text, p_payload jsonb, p_due timestamptz
) RETURNS void LANGUAGE sql AS $$
    WITH kept AS (
        INSERT INTO outbox (tenant, kind, subject, idempotency, payload, made_at, due)
        VALUES (p_tenant, p_kind, p_subject, p_idempotency, p_payload, p_t, p_due)
        ON CONFLICT (tenant, kind, idempotency) DO NOTHING
        RETURNING job_id
    )
    SELECT pg_notify('outbox', '') FROM kept
$$;
