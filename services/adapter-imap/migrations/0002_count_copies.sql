-- Equal mails are told each: how many were, and how many of them have been found under the present numbering.
ALTER TABLE told
    ADD COLUMN copies integer NOT NULL DEFAULT 1,
    ADD COLUMN seen integer NOT NULL DEFAULT 0,
    -- The UIDVALIDITY under which `seen` is counted.
    ADD COLUMN seen_in bigint NOT NULL DEFAULT 0;
