-- A workflow. Fields of the draft and of the published version are there once their events came, in whichever order.
CREATE TABLE workflows (
    workflow_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    name text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    -- 0 until a draft is known.
    draft_version integer NOT NULL DEFAULT 0,
    published_version integer,
    published_id uuid,
    published_at timestamptz,
    updated_at timestamptz NOT NULL,
    -- Kept as a tombstone: its runs stay readable, and a late event does not bring it back.
    deleted_at timestamptz,
    zed_token text
);
SELECT isolate_tenants('workflows');

CREATE TABLE workflow_versions (
    version_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    number integer NOT NULL,
    hash text NOT NULL,
    name text NOT NULL,
    document json NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT workflow_versions_number UNIQUE (workflow_id, number)
);
SELECT isolate_tenants('workflow_versions');

-- When each version became the published one, for the first time.
CREATE TABLE publications (
    version_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    published_at timestamptz NOT NULL
);
SELECT isolate_tenants('publications');

CREATE TABLE triggers (
    trigger_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    node text NOT NULL,
    kind text NOT NULL,
    enabled boolean NOT NULL,
    config json NOT NULL,
    -- The event that said so last.
    changed_at timestamptz NOT NULL
);
CREATE INDEX triggers_workflow ON triggers (workflow_id, trigger_id);
SELECT isolate_tenants('triggers');

-- When schedules fire next. Apart from `triggers`, because the scheduler's events come in their own order.
CREATE TABLE trigger_plans (
    trigger_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    next_fires timestamptz[] NOT NULL,
    planned_at timestamptz NOT NULL
);
SELECT isolate_tenants('trigger_plans');

-- Why a trigger did not start a run.
CREATE TABLE trigger_reasons (
    event_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    trigger_id uuid NOT NULL,
    workflow_id uuid NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    -- How many times at once, for missed due times.
    count bigint NOT NULL DEFAULT 1,
    at timestamptz NOT NULL
);
CREATE INDEX trigger_reasons_latest ON trigger_reasons (trigger_id, at DESC);
SELECT isolate_tenants('trigger_reasons');
