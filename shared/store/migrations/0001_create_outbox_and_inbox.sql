-- Events of this service that some consumer has not confirmed yet. Losing the whole bus loses none of them.
CREATE TABLE outbox (
    event_id uuid PRIMARY KEY,
    enqueued bigint GENERATED ALWAYS AS IDENTITY,
    envelope jsonb NOT NULL,
    payload bytea NOT NULL,
    stored boolean NOT NULL,
    -- SpiceDB relations that must exist before the event is seen.
    relations jsonb,
    -- Consumers that have not confirmed the event.
    awaiting text[] NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- When to publish: now for a new row, later again while somebody has not confirmed it.
    publish_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_publish_at ON outbox (publish_at, enqueued);

-- Events this service has applied, per consumer: a repeat changes nothing.
CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_applied_at ON inbox (applied_at);
