CREATE TABLE conversations (
    conversation_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- Null until the conversation's own event came.
    title text,
    created_at timestamptz,
    updated_at timestamptz,
    -- The newest message's text, cut.
    last_message text,
    -- The last entry of its stream.
    stream_seq bigint NOT NULL DEFAULT 0,
    zed_token text
);
CREATE INDEX conversations_updated ON conversations (updated_at DESC, conversation_id DESC);
SELECT isolate_tenants('conversations');

CREATE TABLE messages (
    message_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    conversation_id uuid NOT NULL,
    -- user or assistant.
    role text NOT NULL,
    text text NOT NULL,
    -- streaming, completed or failed.
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    invocation_id uuid,
    error json
);
CREATE INDEX messages_conversation ON messages (conversation_id, created_at, message_id);
SELECT isolate_tenants('messages');

-- Which message an invocation writes. Made by whichever comes first, a delta or the answer's own event.
CREATE TABLE answers (
    invocation_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    conversation_id uuid NOT NULL,
    message_id uuid,
    -- The last delta that is in the conversation's stream.
    released bigint NOT NULL DEFAULT 0,
    ended_at timestamptz
);
SELECT isolate_tenants('answers');

CREATE TABLE answer_deltas (
    invocation_id uuid NOT NULL,
    -- 1, 2, 3, … within the invocation.
    seq bigint NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- Where `text` begins in the answer, in characters.
    start bigint NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (invocation_id, seq)
);
SELECT isolate_tenants('answer_deltas');

-- What a conversation's stream sends: `seq` has no gap and follows the order of commits, because it is taken from the
-- locked conversation row.
CREATE TABLE conversation_events (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- message, started, delta, completed or failed.
    event text NOT NULL,
    message_id uuid NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);
CREATE INDEX conversation_events_deltas ON conversation_events (message_id, seq) WHERE event = 'delta';
SELECT isolate_tenants('conversation_events');
