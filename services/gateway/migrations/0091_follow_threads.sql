-- Where the exchange of a client goes on that sends all of it each time.
CREATE TABLE chat_threads (
    -- Of the person and of all that was said.
    digest bytea PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    conversation_id uuid NOT NULL,
    said_at timestamptz NOT NULL
);
CREATE INDEX chat_threads_said ON chat_threads (said_at);
SELECT isolate_tenants('chat_threads');
