-- Follow-up work, queued in the transaction that causes it. A job done is a row deleted.

-- name: put_job!
-- A job; nothing where one of the same kind and idempotency key waits already. NOTIFY wakes the worker after commit.
-- :tenant uuid  :kind :subject :idempotency text  :payload jsonb as text  :t :due timestamptz
SELECT put_job(:t, :tenant, :kind, :subject, :idempotency, :payload::jsonb, :due);

-- name: lease_jobs
-- Up to :most jobs that are due, leased until :until; of a subject only the oldest, so that its jobs run in order.
-- :t :until timestamptz  :most integer  :kinds text[]: jobs of these, or with :others of all others
-- Index: outbox_due, outbox_subject
WITH due AS MATERIALIZED (
    SELECT j.job_id FROM outbox j
     WHERE j.dead_at IS NULL AND j.due <= :t AND (j.leased_until IS NULL OR j.leased_until <= :t)
       AND (j.kind = ANY (:kinds::text[])) <> :others::boolean
       AND NOT EXISTS (SELECT FROM outbox e
                        WHERE e.tenant = j.tenant AND e.subject = j.subject
                          AND e.job_id < j.job_id AND e.dead_at IS NULL)
     ORDER BY j.due LIMIT :most
       FOR UPDATE SKIP LOCKED
)
UPDATE outbox SET leased_until = :until, attempts = attempts + 1
 WHERE job_id IN (SELECT job_id FROM due)
RETURNING job_id, tenant, kind, subject, payload::text AS payload, attempts, made_at;

-- name: finish_job!
-- :job bigint  :attempts integer, which tells whose lease it was: whoever took the job later counts one more
DELETE FROM outbox WHERE job_id = :job AND attempts = :attempts;

-- name: retry_job!
-- Gives a job back until :due. :job bigint  :attempts as above  :due timestamptz  :error text, a kind of error, never its text
UPDATE outbox SET due = :due, leased_until = NULL, error = :error WHERE job_id = :job AND attempts = :attempts;

-- name: bury_job!
-- Makes a job a dead letter. :job bigint  :attempts as above  :t timestamptz  :error text
UPDATE outbox SET dead_at = :t, leased_until = NULL, error = :error WHERE job_id = :job AND attempts = :attempts;

-- name: next_due$
-- When the next job can be leased, as far as is known now; null if none waits. :without text[], kinds that do not count
-- Index: outbox_due, outbox_subject
SELECT min(greatest(j.due, coalesce(j.leased_until, j.due))) FROM outbox j
 WHERE j.dead_at IS NULL AND j.kind <> ALL (:without::text[])
   AND NOT EXISTS (SELECT FROM outbox e
                    WHERE e.tenant = j.tenant AND e.subject = j.subject
                      AND e.job_id < j.job_id AND e.dead_at IS NULL);

-- name: dead_jobs
-- Dead letters, newest first. :most integer
SELECT job_id, tenant, kind, subject, attempts, error, made_at, dead_at
  FROM outbox WHERE dead_at IS NOT NULL ORDER BY dead_at DESC LIMIT :most;
