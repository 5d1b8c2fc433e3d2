-- Every call is an effect now: the ledger knows which are open, and who works on them.
DROP INDEX llm_invocations_open;
DELETE FROM llm_invocations WHERE state IN ('waiting', 'running');
ALTER TABLE llm_invocations DROP COLUMN request, DROP COLUMN story, DROP COLUMN claimed_until;
ALTER TABLE llm_invocations DROP CONSTRAINT llm_invocations_state;
ALTER TABLE llm_invocations
    ADD CONSTRAINT llm_invocations_state CHECK (state IN ('running', 'completed', 'failed'));
