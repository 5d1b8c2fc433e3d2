-- When people must agree to what any workflow of a tenant is about to do. A run keeps those it started under in its log.
CREATE TABLE tenant_rules (
    tenant_id text NOT NULL CONSTRAINT tenant_rules_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    rules jsonb NOT NULL,
    CONSTRAINT tenant_rules_pkey PRIMARY KEY (tenant_id)
);
