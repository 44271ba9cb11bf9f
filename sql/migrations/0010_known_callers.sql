-- What a sticker's owner wants with callers whom many marked as a nuisance; routing learns of them. CALLERID 1.2.
-- compatible from: 2

ALTER TABLE sticker ADD nuisance text NOT NULL DEFAULT 'announce' CHECK (nuisance IN ('ring', 'announce', 'refuse'));

-- As processes of two versions before asked.
DROP FUNCTION IF EXISTS inbound_call(
    timestamptz, uuid, uuid, text, text, bytea, bytea, bytea[], bigint, bytea, uuid, uuid, boolean, integer, integer);
