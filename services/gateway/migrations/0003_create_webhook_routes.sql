-- Where calls of /hooks/<path> go: one row per webhook trigger of a published version.
CREATE TABLE webhook_routes (
    trigger_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    version_id uuid NOT NULL,
    node text NOT NULL,
    path text NOT NULL,
    method text NOT NULL,
    -- Whether the caller waits for the run's answer.
    waits boolean NOT NULL,
    -- {kind, header?, prefix?}
    auth jsonb NOT NULL,
    enabled boolean NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT webhook_routes_path UNIQUE (path, method)
);
CREATE INDEX webhook_routes_workflow ON webhook_routes (workflow_id);

-- What callers sign with, sealed to the gateway's own key. Outlives versions, so that a publish never asks for it again.
CREATE TABLE webhook_secrets (
    trigger_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    sealed jsonb NOT NULL,
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- The event that a caller's id became: a repeat is the same event, and so the same run.
CREATE TABLE webhook_calls (
    trigger_id uuid NOT NULL,
    -- SHA-256 of the caller's id.
    call_hash bytea NOT NULL,
    event_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (trigger_id, call_hash)
);
CREATE INDEX webhook_calls_expires_at ON webhook_calls (expires_at);
