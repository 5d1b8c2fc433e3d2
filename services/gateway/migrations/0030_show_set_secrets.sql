-- People are told whether a trigger has its secret, and never what it is.
ALTER TABLE webhook_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON webhook_secrets TO gateway_worker USING (true) WITH CHECK (true);
CREATE POLICY reader ON webhook_secrets FOR SELECT TO gateway_reader USING (tenant_id = current_setting('app.tenant'));
GRANT SELECT (trigger_id, tenant_id) ON webhook_secrets TO gateway_reader;
