-- Events that reached a trigger with flow control and are not settled: they wait for their run, or it has not ended.
CREATE TABLE paced_events (
    trigger_id uuid NOT NULL,
    event_id uuid NOT NULL,
    tenant_id text NOT NULL CONSTRAINT paced_events_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    -- What is counted together: JSON, or the hash of a long one; empty for all events of the trigger.
    key text NOT NULL,
    -- Why the key is not known; such an event is declined.
    fault text,
    -- When it happened, by whoever took it in first: events reach the engine over several shards, in any order.
    came_at timestamptz NOT NULL,
    -- Which of two at the same time counts as first.
    ord bigint GENERATED ALWAYS AS IDENTITY,
    -- When it was taken in: milliseconds since the Unix epoch, by the database's clock, as all times that are waited for.
    at_ms bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    priority double precision NOT NULL,
    -- `new` until it was looked at.
    state text NOT NULL DEFAULT 'new' CONSTRAINT paced_events_state_is_known CHECK (state IN ('new', 'waiting', 'started')),
    -- Its run was told to end, since a newer event takes its place.
    cancelled boolean NOT NULL DEFAULT false,
    run_id uuid NOT NULL,
    workflow_id uuid NOT NULL,
    node_id text NOT NULL,
    trigger_type text NOT NULL,
    actor uuid,
    reply_to text,
    payload text STORAGE EXTERNAL NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid NOT NULL,
    traceparent text,
    PRIMARY KEY (trigger_id, event_id)
);
CREATE INDEX paced_events_key ON paced_events (trigger_id, key, came_at, ord);
CREATE INDEX paced_events_new ON paced_events (trigger_id, key) WHERE state = 'new';
CREATE INDEX paced_events_run ON paced_events (run_id);

-- Keys of which something waits, runs, or was started a moment ago. Whoever decides on one holds its row.
CREATE TABLE paced_keys (
    trigger_id uuid NOT NULL,
    key text NOT NULL,
    tenant_id text NOT NULL CONSTRAINT paced_keys_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    -- When the first of the events came that are debounced now.
    since_ms bigint,
    -- The starts that the throttle still counts.
    starts_ms bigint[] NOT NULL DEFAULT '{}',
    -- When it must be looked at again.
    look_at_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (trigger_id, key)
);
CREATE INDEX paced_keys_look_at ON paced_keys (look_at_ms);
