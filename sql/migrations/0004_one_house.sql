-- The first release's 0001 lacked what the second's had: brings its databases to the same house. Does nothing elsewhere.
-- compatible from: 1

DO $$
BEGIN
    IF to_regclass('opt_out') IS NOT NULL THEN RETURN; END IF;

    CREATE TABLE opt_out (             -- who texted STOP: no notice goes there, about whichever sticker
        tenant     uuid NOT NULL,
        number_key bytea NOT NULL,
        made_at    timestamptz NOT NULL,
        PRIMARY KEY (tenant, number_key)
    );

    -- Of ended calls alone, so that a new call is not written into them.
    DROP INDEX call_sealed, call_named;
    CREATE INDEX call_sealed ON call (ended_at) WHERE ended_at IS NOT NULL AND caller_sealed IS NOT NULL;  -- still to be made anonymous
    CREATE INDEX call_named ON call (ended_at) WHERE ended_at IS NOT NULL AND carrier_call IS NOT NULL;    -- still known to the carrier

    -- These return other things now, or take others: CREATE OR REPLACE cannot change the one, and keeps the old beside the
    -- other. All functions are made again after this.
    DROP FUNCTION IF EXISTS route_target, shared_for, bind_claim, keep_callback, enter_extension, inbound_call;
    DELETE FROM schema_function;
END $$;
