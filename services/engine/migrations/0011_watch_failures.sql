-- The code knows which kinds of triggers there are.
ALTER TABLE triggers DROP CONSTRAINT triggers_type_is_known;
ALTER TABLE triggers ADD CONSTRAINT triggers_type_is_word CHECK (trigger_type ~ '^[a-z_]+$');
CREATE INDEX triggers_error ON triggers (tenant_id) WHERE trigger_type = 'error';
