-- How rows about people and names end: as retention.sql, which says how its statements are made.

-- name: sweep_spam_mark$
-- Marks that weigh nothing any more; a week is counted from the first Monday of 2024.  Index: spam_mark_week
WITH due AS (
    SELECT number_ref, token FROM spam_mark
     WHERE week < floor(extract(epoch FROM :before - timestamptz '2024-01-01 00:00+00') / 604800)
     ORDER BY week LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM spam_mark WHERE (number_ref, token) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_book_receipt$
-- Nobody asks what became of an upload any more.  Index: book_receipt_made
WITH due AS (
    SELECT person_id FROM book_receipt WHERE made_at < :before ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM book_receipt WHERE person_id IN (SELECT person_id FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_proof$
-- Codes whose time is over.  Index: proof_until
WITH due AS (
    SELECT proof_id FROM proof WHERE until < :before ORDER BY until LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM proof WHERE proof_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_proof_spending$
-- Days whose codes are paid for.  Index: proof_spending_pkey
WITH due AS (
    SELECT day, place FROM proof_spending WHERE day < :before::timestamptz::date
     ORDER BY day LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM proof_spending WHERE (day, place) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_device$
-- Devices that nobody uses any more.  Index: device_used
WITH due AS (
    SELECT device_id FROM device WHERE used_on < :before::timestamptz::date
     ORDER BY used_on LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM device WHERE device_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: lapse_named_number$
-- What a former owner refused, where nobody proved the number since it was given back.  Index: named_number_given_back
WITH due AS (
    SELECT number_ref FROM named_number
     WHERE disconnected_week IS NOT NULL AND owned_week IS NULL AND (hidden OR strikes)
       AND disconnected_week < floor(extract(epoch FROM :before - timestamptz '2024-01-01 00:00+00') / 604800)
     ORDER BY disconnected_week LIMIT :most FOR UPDATE SKIP LOCKED
)
SELECT count(*) FROM due, name_allowed(number_ref);

-- name: sweep_name_business$
-- Businesses that are shown as one no longer, or never were.  Index: name_business_over
WITH due AS (
    SELECT business_id FROM name_business WHERE state IN ('refused', 'revoked', 'expired') AND decided_at < :before
     ORDER BY decided_at LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM name_business WHERE business_id IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_lookup_mark$
-- What was asked for so long ago that it would be paid for again.  Index: lookup_mark_day
WITH due AS (
    SELECT asker, block FROM lookup_mark WHERE day < floor(extract(epoch FROM :before::timestamptz) / 86400)::integer
     ORDER BY day LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM lookup_mark WHERE (asker, block) IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_lookup_budget$
-- Spent so long ago that it counts in no window.  Index: lookup_budget_day
WITH due AS (
    SELECT asker FROM lookup_budget WHERE day < floor(extract(epoch FROM :before::timestamptz) / 86400)::integer
     ORDER BY day LIMIT :most FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM lookup_budget WHERE asker IN (SELECT * FROM due) RETURNING 1
)
SELECT count(*) FROM gone;
