-- Configured connections to outside services. A removed account leaves its id behind, so that a late change cannot bring it back.
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    tenant text NOT NULL CHECK (tenant <> ''),
    name text NOT NULL,
    settings json NOT NULL,
    -- `seal::Sealed`; opens only for this tenant, account, adapter and `sealed_version`.
    sealed json,
    sealed_version bigint,
    -- Of the latest change that was taken.
    version bigint NOT NULL,
    state text NOT NULL DEFAULT 'connecting'
        CHECK (state IN ('connecting', 'healthy', 'degraded', 'reauth_needed', 'removed')),
    code text,
    reason text,
    since timestamptz NOT NULL DEFAULT now()
);

-- Every effect this service was asked for, and what came of it.
CREATE TABLE effect_ledger (
    effect_key text PRIMARY KEY,
    run_id uuid NOT NULL,
    tenant text NOT NULL CHECK (tenant <> ''),
    -- Effects of one lane share a limit; usually the account.
    lane text NOT NULL,
    state text NOT NULL DEFAULT 'intent'
        CHECK (state IN ('intent', 'dispatched', 'confirmed', 'failed', 'unknown')),
    -- The process that works on it; alive while it holds its advisory lock.
    owner integer,
    -- The event and the story it belongs to; forgotten once settled.
    request json,
    story json NOT NULL,
    -- What the result event said.
    outcome json,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    dispatched_at timestamptz,
    settled_at timestamptz
);
CREATE INDEX effect_ledger_open ON effect_ledger (created_at) WHERE state IN ('intent', 'dispatched');
CREATE INDEX effect_ledger_settled ON effect_ledger (settled_at) WHERE settled_at IS NOT NULL;
