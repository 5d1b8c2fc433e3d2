-- When people must agree to what any workflow of a tenant is about to do.
CREATE TABLE tenant_rules (
    tenant_id text PRIMARY KEY CHECK (tenant_id <> ''),
    rules jsonb NOT NULL,
    -- The event that said so last.
    changed_at timestamptz NOT NULL
);
ALTER TABLE tenant_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON tenant_rules TO gateway_worker USING (true) WITH CHECK (true);
CREATE POLICY owner ON tenant_rules TO gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY reader ON tenant_rules FOR SELECT TO gateway_reader USING (tenant_id = current_setting('app.tenant'));
GRANT SELECT ON tenant_rules TO gateway_reader;
