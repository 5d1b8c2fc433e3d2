-- The run that wrote an answer, in place of the one model call that once did.
DELETE FROM answer_deltas;
DELETE FROM answers;
ALTER TABLE messages DROP COLUMN invocation_id, ADD COLUMN run_id uuid;
-- A message may come of several calls, of which the last one counts.
ALTER TABLE answers ALTER COLUMN message_id SET NOT NULL;
ALTER TABLE answers ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX answers_message ON answers (message_id, number);
