-- Accounts hear of lists of numbers that were given back, also where nobody named the number.
-- compatible from: 2

ALTER TABLE person ADD COLUMN given_back_on date;  -- the day, as the newest of these lists has it; null where none has it

CREATE INDEX name_business_ends ON name_business (until) WHERE until IS NOT NULL;  -- asked for anew, too
