-- Reports of misuse: what masking/stickers/misuse.py asks.

-- name: count_report$
-- Counts a report about a sticker; whether there have been more than `most` within `window`. Index: tally_pkey
SELECT tally_over(:t, :tenant, 'misuse', uuid_send(:sticker::uuid), :window, :most);
