CREATE TABLE prompts (
    prompt_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    name text NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    updated_at timestamptz NOT NULL,
    zed_token text
);
SELECT isolate_tenants('prompts');

CREATE TABLE prompt_versions (
    prompt_id uuid NOT NULL,
    version integer NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    text text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (prompt_id, version)
);
SELECT isolate_tenants('prompt_versions');

-- Model calls that ended.
CREATE TABLE invocations (
    invocation_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- Either a run's or a conversation's.
    run_id uuid,
    workflow_id uuid,
    effect_key text,
    conversation_id uuid,
    -- `name@version`.
    prompt text NOT NULL,
    model text,
    status text NOT NULL,
    output json,
    error json,
    input_tokens bigint,
    output_tokens bigint,
    -- Millionths of a US dollar.
    cost_micros bigint,
    latency_ms bigint NOT NULL,
    repaired boolean NOT NULL DEFAULT false,
    ended_at timestamptz NOT NULL,
    CONSTRAINT invocations_origin CHECK ((workflow_id IS NULL) <> (conversation_id IS NULL))
);
CREATE INDEX invocations_workflow ON invocations (workflow_id, invocation_id) WHERE workflow_id IS NOT NULL;
CREATE INDEX invocations_conversation ON invocations (conversation_id, invocation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX invocations_run ON invocations (run_id) WHERE run_id IS NOT NULL;
SELECT isolate_tenants('invocations');

-- Which models the installation can use; the first is the default.
CREATE TABLE llm_catalogue (
    tenant_id text PRIMARY KEY CHECK (tenant_id <> ''),
    models text[] NOT NULL,
    catalogued_at timestamptz NOT NULL
);
SELECT isolate_tenants('llm_catalogue');
