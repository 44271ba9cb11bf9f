-- What callerid/lookups/store.py asks. The work is in sql/functions/61.

-- name: name_lookup^
-- Looks a number up and charges the budgets: parameters and indexes stand with the function.
SELECT name, names::text AS names, confidence, status, spam, spam_kind, refused, free_in, until, today, in_window, cost
  FROM name_lookup(:t::timestamptz, :day::integer, :key::bytea, :asker::uuid, :a_day::integer, :a_month::integer,
                   :shared::uuid[], :shared_a_day::integer[], :shared_a_month::integer[], :block::bigint, :mark::bigint,
                   :near::integer);

-- name: spend^
-- Charges budgets for something else than a look-up: parameters stand with the function.
SELECT refused, free_in, today, in_window
  FROM lookup_spend(:day::integer, :askers::uuid[], :a_day::integer[], :a_window::integer[], :window::integer,
                    :points::integer, :points::integer);

-- name: savers^
-- How many people saved a number, as of the tick. :key bytea. Index: named_number_number_key_key
SELECT number_ref, savers FROM named_number WHERE number_key = :key;

-- name: person_budget^
-- What an asker has spent. :asker uuid  :day integer, today. Index: lookup_budget_pkey
SELECT CASE WHEN b.day >= :day THEN b.today ELSE 0 END AS today, b.blocked_until,
       CASE WHEN b.day >= :day THEN b.today + b.sum_before
            ELSE coalesce((SELECT sum(x) FROM unnest((b.today || b.before)[1: 30 - :day + b.day]) x), 0)
       END::integer AS in_window
  FROM lookup_budget b WHERE b.asker = :asker;

-- name: erase_marks!
-- What an asker asked for. Index: lookup_mark_pkey
DELETE FROM lookup_mark WHERE asker = :asker;

-- name: erase_budgets!
-- What askers spent. :askers uuid[]. Index: lookup_budget_pkey
DELETE FROM lookup_budget WHERE asker = ANY (:askers::uuid[]);
