-- What callerid/store.py asks.

-- name: spoken_name$
-- The name that an owner agreed to be called by in masked calls. Index: named_number_number_key_key
SELECT coalesce(verified_name, own_name) FROM named_number
 WHERE number_key = :number_key AND says_name AND NOT hidden;
