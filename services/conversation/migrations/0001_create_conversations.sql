-- Conversations; whose they are is SpiceDB's to say.
CREATE TABLE conversations (
    conversation_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    title text NOT NULL,
    started_at timestamptz NOT NULL
);

-- What was said, by whom.
CREATE TABLE messages (
    message_id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations,
    role text NOT NULL CONSTRAINT messages_role CHECK (role IN ('user', 'assistant')),
    text text NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE INDEX messages_conversation ON messages (conversation_id);

-- One turn for each message of a person: it waits, is being answered, and ends answered or failed.
CREATE TABLE turns (
    message_id uuid PRIMARY KEY REFERENCES messages,
    conversation_id uuid NOT NULL REFERENCES conversations,
    -- The order in which messages are answered.
    position bigint GENERATED ALWAYS AS IDENTITY,
    state text NOT NULL DEFAULT 'waiting'
        CONSTRAINT turns_state CHECK (state IN ('waiting', 'running', 'answered', 'failed')),
    -- The answer's own message; it is stored once it is whole.
    answer_id uuid UNIQUE,
    invocation_id uuid UNIQUE,
    -- `RunError`, when there will be no answer.
    error jsonb,
    began_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX turns_conversation ON turns (conversation_id, position);
CREATE UNIQUE INDEX turns_one_at_a_time ON turns (conversation_id) WHERE state = 'running';
