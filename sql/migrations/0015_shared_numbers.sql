-- The shared numbers of a carrier account are found without reading its pool numbers, of which there may be thousands.
-- compatible from: 2

CREATE INDEX proxy_number_shared ON proxy_number (account_id, country)
    WHERE removed_at IS NULL AND (role = 'shared' OR next_role = 'shared');
