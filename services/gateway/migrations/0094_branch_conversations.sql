-- Where people's messages stand in conversations, which are trees. A request takes its place before it is published, so that it
-- is known what it follows.
CREATE TABLE message_places (
    message_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    conversation_id uuid NOT NULL,
    -- The person's message that it follows; null for one that begins the conversation.
    after_id uuid,
    -- The later message of a conversation has the higher number.
    number bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX message_places_number ON message_places (conversation_id, number);
CREATE INDEX message_places_after ON message_places (conversation_id, after_id);
SELECT isolate_tenants('message_places');

-- The person's message that an answer is to.
ALTER TABLE messages ADD COLUMN answers uuid;
CREATE INDEX messages_answers ON messages (answers) WHERE answers IS NOT NULL;

INSERT INTO message_places (message_id, tenant_id, conversation_id, after_id)
SELECT message_id, tenant_id, conversation_id,
    lag(message_id) OVER (PARTITION BY conversation_id ORDER BY created_at, message_id)
FROM messages WHERE role = 'user' ORDER BY created_at, message_id;

-- Messages were answered one after the other, in their order.
UPDATE messages m SET answers = asked.message_id
FROM (SELECT message_id, conversation_id, row_number() OVER (PARTITION BY conversation_id ORDER BY created_at, message_id) AS n
      FROM messages WHERE role = 'user') asked
JOIN (SELECT message_id, conversation_id, row_number() OVER (PARTITION BY conversation_id ORDER BY created_at, message_id) AS n
      FROM messages WHERE role = 'assistant') answer USING (conversation_id, n)
WHERE m.message_id = answer.message_id;
