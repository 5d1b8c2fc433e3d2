-- Workflows whose draft runs on the next call of its test address; one row is one call.
CREATE TABLE webhook_trials (
    workflow_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    expires_at timestamptz NOT NULL
);
