-- How far each watched folder has been read. UIDs only grow while `uid_validity` stays (RFC 9051 §2.3.1.1).
CREATE TABLE watermarks (
    account_id uuid NOT NULL,
    folder text NOT NULL,
    uid_validity bigint NOT NULL,
    last_uid bigint NOT NULL,
    -- Mails with a lower UID may have been told under the UID they had before the numbering changed.
    renumbered_below bigint NOT NULL DEFAULT 0,
    -- Mails that arrived at the server before this were there before we watched.
    watched_since timestamptz NOT NULL,
    PRIMARY KEY (account_id, folder)
);

-- Mails that were told, so that a folder whose UIDs were given anew tells none of them again.
CREATE TABLE told (
    account_id uuid NOT NULL,
    folder text NOT NULL,
    fingerprint bytea NOT NULL,
    arrived_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, folder, fingerprint)
);
