-- Room on the pages of names, so that a count that changes stays on its page and no index is written.
-- compatible from: 1

ALTER TABLE name_cluster SET (fillfactor = 80);
ALTER TABLE name_spelling SET (fillfactor = 80);
