-- Names are merged number by number, and their counts stay on their pages.
-- compatible from: 1

-- In which order rows are merged: a keyed hash of the number, for rows that a merge made of pages; else 0.
ALTER TABLE name_inbox ADD part integer NOT NULL DEFAULT 0;
CREATE INDEX name_inbox_part ON name_inbox (queue, part, place);

-- Room, so that a count that changes stays on its page and no index is written.
ALTER TABLE name_cluster SET (fillfactor = 80);
ALTER TABLE name_spelling SET (fillfactor = 80);
