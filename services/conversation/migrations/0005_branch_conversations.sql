-- A conversation is a tree: a turn follows another one, and those that follow the same one are branches.
ALTER TABLE turns ADD COLUMN after_id uuid REFERENCES turns;
UPDATE turns t SET after_id = before.message_id FROM (
    SELECT message_id AS of, lag(message_id) OVER (PARTITION BY conversation_id ORDER BY position) AS message_id FROM turns) before
WHERE before.of = t.message_id;
