-- Whether somebody was told that a service's numbers run out: the worker looks, and tells once. DESIGN 4a.
-- compatible from: 1

ALTER TABLE service ADD pool_low_at timestamptz;  -- when it was last told that its pool is low; null: it is not
