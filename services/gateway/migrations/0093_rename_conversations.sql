-- What a conversation is called since; its own event may come later, or again.
ALTER TABLE conversations ADD COLUMN renamed text, ADD COLUMN renamed_at timestamptz;
