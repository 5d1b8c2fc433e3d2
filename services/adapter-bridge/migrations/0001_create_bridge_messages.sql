-- Which messages a bridge has handed over: a repeat changes nothing.
CREATE TABLE bridge_messages (
    account_id uuid NOT NULL,
    external_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, external_id)
);
CREATE INDEX bridge_messages_received_at ON bridge_messages (received_at);
