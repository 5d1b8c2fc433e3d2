-- What people write: a workflow, and every version of its document, which never changes.
CREATE TABLE workflows (
    workflow_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CONSTRAINT workflows_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    name text NOT NULL,
    description text NOT NULL,
    draft_version integer NOT NULL,
    published_version integer,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE workflow_versions (
    version_id uuid PRIMARY KEY,
    -- No foreign key: a version stays as long as a run of it can be read, the workflow may go.
    workflow_id uuid NOT NULL,
    tenant_id text NOT NULL CONSTRAINT workflow_versions_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    number integer NOT NULL,
    -- SHA-256 of the canonical document, hex.
    hash text NOT NULL,
    document jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT workflow_versions_number_is_unique UNIQUE (workflow_id, number)
);

-- Trigger nodes of published versions. A row names its version, so that a stale version cannot fire.
CREATE TABLE triggers (
    trigger_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CONSTRAINT triggers_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    workflow_id uuid NOT NULL REFERENCES workflows ON DELETE CASCADE,
    version_id uuid NOT NULL REFERENCES workflow_versions,
    node_id text NOT NULL,
    trigger_type text NOT NULL CONSTRAINT triggers_type_is_known
        CHECK (trigger_type IN ('manual', 'webhook', 'schedule', 'integration_event')),
    cron_expression text,
    webhook_path text,
    event_type text,
    integration_account_id uuid,
    config jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    -- One trigger per node of a workflow: it keeps its id from version to version.
    CONSTRAINT triggers_node_is_unique UNIQUE (workflow_id, node_id)
);
CREATE UNIQUE INDEX triggers_webhook_path ON triggers (webhook_path) WHERE trigger_type = 'webhook';
CREATE INDEX triggers_schedule ON triggers (trigger_id) WHERE trigger_type = 'schedule' AND enabled;
CREATE INDEX triggers_event ON triggers (tenant_id, event_type) WHERE trigger_type = 'integration_event';

-- Why an event that reached a trigger started no run.
CREATE TABLE trigger_decisions (
    trigger_id uuid NOT NULL,
    event_id uuid NOT NULL,
    tenant_id text NOT NULL CONSTRAINT trigger_decisions_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    workflow_id uuid NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (trigger_id, event_id)
);
CREATE INDEX trigger_decisions_decided_at ON trigger_decisions (decided_at);
