-- What was said elsewhere before a conversation began here: `ChatMessage`s, oldest first.
ALTER TABLE conversations ADD COLUMN before jsonb NOT NULL DEFAULT '[]';

-- What kind of thing an answer is to be.
CREATE TABLE deliverables (
    message_id uuid PRIMARY KEY,
    deliverable text NOT NULL
);
