-- What changed, for `GET /events`. A sequence is not commit order: a reader takes only rows whose transaction is older than
-- every one that still runs (`xid < pg_snapshot_xmin(pg_current_snapshot())`), so that no smaller `seq` can appear later.
-- `xid` stands first: it must be assigned before `seq` is drawn.
CREATE TABLE feed (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- Such as `run.changed`.
    event text NOT NULL,
    -- Whose `view` opens it: `workflow:01J…`; null for every member of the tenant.
    resource text,
    data json NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX feed_tenant ON feed (tenant_id, seq);
CREATE INDEX feed_at ON feed USING brin (at);
SELECT isolate_tenants('feed');
