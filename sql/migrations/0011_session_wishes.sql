-- What the people of sessions may do and wish: block each other by a key, and be left in peace by texts at night.
-- compatible from: 2

-- Null is false: processes of the version before make services without them.
ALTER TABLE service
    ADD blocks      boolean DEFAULT false,  -- whoever is rung may block the caller by a key
    ADD holds_texts boolean DEFAULT false;  -- texts wait for the end of quiet hours

ALTER TABLE block ADD service_id uuid;      -- in whose session; null: an owner's, at a sticker, which no customer undoes
