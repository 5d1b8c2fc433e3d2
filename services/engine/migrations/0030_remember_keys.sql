-- What runs of a workflow have let through a node that removes duplicates across runs: hashes, never values.
CREATE TABLE seen_keys (
    tenant_id text NOT NULL CONSTRAINT seen_keys_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    workflow_id uuid NOT NULL,
    node_id text NOT NULL,
    key bytea NOT NULL,
    first_seen timestamptz NOT NULL,
    -- Who let it through: the same effect gets the same answer, however often it asks.
    effect_key text NOT NULL,
    run_id uuid NOT NULL,
    -- The run with which the chain of forks began to which the run belongs; a run that is no fork is its own.
    origin_id uuid NOT NULL,
    CONSTRAINT seen_keys_pkey PRIMARY KEY (tenant_id, workflow_id, node_id, key)
);
CREATE INDEX seen_keys_age ON seen_keys (tenant_id, workflow_id, node_id, first_seen, key);

-- How much each node remembers, as it said last.
CREATE TABLE seen_limits (
    tenant_id text NOT NULL CONSTRAINT seen_limits_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    workflow_id uuid NOT NULL,
    node_id text NOT NULL,
    days integer NOT NULL,
    most integer NOT NULL,
    asked_on date NOT NULL,
    CONSTRAINT seen_limits_pkey PRIMARY KEY (tenant_id, workflow_id, node_id)
);
