-- Connected accounts: what of them is no secret, and how they do.
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    adapter text NOT NULL,
    -- Null until the adapter said that it stored the account.
    name text,
    settings json,
    version bigint NOT NULL DEFAULT 0,
    -- connecting, healthy, degraded or reauth_needed.
    state text NOT NULL DEFAULT 'connecting',
    code text,
    reason text,
    since timestamptz NOT NULL,
    -- When the adapter said so.
    reported_at timestamptz,
    created_at timestamptz NOT NULL,
    -- Kept as a tombstone: a late report does not bring it back.
    removed_at timestamptz,
    zed_token text
);
SELECT isolate_tenants('accounts');
