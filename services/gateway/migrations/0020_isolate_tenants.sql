-- What every table that a person reads has in common.

-- Gives `target` its row-level security: the worker handles all tenants in one batch, the reader sees the tenant of its
-- transaction. Without a tenant the reader gets an error, never rows.
CREATE FUNCTION isolate_tenants(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY worker ON %s TO gateway_worker USING (true) WITH CHECK (true)', target);
    EXECUTE format(
        'CREATE POLICY reader ON %s FOR SELECT TO gateway_reader USING (tenant_id = current_setting(''app.tenant''))', target);
    EXECUTE format('GRANT SELECT ON %s TO gateway_reader', target);
END $$;

-- The smallest ULID of a moment, as `uuid`.
CREATE FUNCTION ulid_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
