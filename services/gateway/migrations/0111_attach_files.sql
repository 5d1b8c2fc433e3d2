-- The files of a person's message, as values of JSON that stand for them.
ALTER TABLE messages ADD COLUMN attachments json;
