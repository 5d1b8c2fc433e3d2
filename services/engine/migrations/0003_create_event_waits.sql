-- Runs that wait for an event. Written with the flush that says so, gone when the event has come; what is left of runs that
-- ended otherwise is cleared away.
CREATE TABLE event_waits (
    run_id uuid NOT NULL,
    node_id text NOT NULL,
    -- The turns of the loops around the node.
    iteration integer[] NOT NULL,
    tenant_id text NOT NULL CONSTRAINT event_waits_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    workflow_id uuid NOT NULL,
    event_type text NOT NULL,
    -- Null: of any account.
    account_id uuid,
    -- What the payload must contain.
    matching jsonb NOT NULL,
    filter text,
    PRIMARY KEY (run_id, node_id, iteration)
);
CREATE INDEX event_waits_event ON event_waits (tenant_id, event_type);

-- Workflows that others run have a trigger of their own.
ALTER TABLE triggers DROP CONSTRAINT triggers_type_is_known;
ALTER TABLE triggers ADD CONSTRAINT triggers_type_is_known
    CHECK (trigger_type IN ('manual', 'webhook', 'schedule', 'integration_event', 'workflow'));
