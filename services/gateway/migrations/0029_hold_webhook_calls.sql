-- A signed call that comes again is refused.
ALTER TABLE webhook_calls
    -- When the call says it was signed; NULL when its scheme says none.
    ADD COLUMN signed_at timestamptz,
    -- Until when the same again is a replay; NULL for callers who only choose a key.
    ADD COLUMN held_until timestamptz,
    -- NULL: for as long as the trigger has its secret.
    ALTER COLUMN expires_at DROP NOT NULL;
