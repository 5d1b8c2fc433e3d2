-- The files of a person's message, with what could be read of them.
CREATE TABLE message_files (
    message_id uuid NOT NULL,
    position integer NOT NULL,
    file json NOT NULL,
    PRIMARY KEY (message_id, position)
);
