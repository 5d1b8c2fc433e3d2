-- What waits for a person's eyes. The item's id is that of the event that brought it, which is also what its run names as
-- its cause: run and mail may be applied in either order and meet in this row.
CREATE TABLE inbox_items (
    item_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- Null while only the run is known; such an item is not shown.
    account_id uuid,
    kind text,
    from_name text,
    from_address text,
    subject text,
    preview text,
    body text,
    received_at timestamptz,
    category text,
    confidence double precision,
    urgent boolean NOT NULL DEFAULT false,
    run_id uuid,
    workflow_id uuid,
    read boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false
);
CREATE INDEX inbox_items_account ON inbox_items (account_id, received_at DESC, item_id DESC);
SELECT isolate_tenants('inbox_items');

CREATE TABLE notifications (
    notification_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    run_id uuid NOT NULL,
    node text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    urgency text NOT NULL,
    raised_at timestamptz NOT NULL,
    read boolean NOT NULL DEFAULT false
);
CREATE INDEX notifications_workflow ON notifications (workflow_id, notification_id);
SELECT isolate_tenants('notifications');
