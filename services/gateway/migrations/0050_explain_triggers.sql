-- What a reason is about: the event that the trigger was given, and the run that it waits for when it is only held.
ALTER TABLE trigger_reasons
    ADD COLUMN trigger_event_id uuid,
    ADD COLUMN run_id uuid,
    ADD COLUMN held boolean NOT NULL DEFAULT false;

-- Since when a trigger was on, off or gone.
CREATE TABLE trigger_states (
    trigger_id uuid NOT NULL,
    at timestamptz NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    state text NOT NULL CONSTRAINT trigger_states_state_is_known CHECK (state IN ('on', 'off', 'removed')),
    PRIMARY KEY (trigger_id, at)
);
SELECT isolate_tenants('trigger_states');
INSERT INTO trigger_states (trigger_id, at, tenant_id, state)
SELECT trigger_id, changed_at, tenant_id, CASE WHEN enabled THEN 'on' ELSE 'off' END FROM triggers;

-- How an account did, whenever that changed.
CREATE TABLE account_states (
    account_id uuid NOT NULL,
    at timestamptz NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    state text NOT NULL,
    code text,
    reason text,
    PRIMARY KEY (account_id, at)
);
SELECT isolate_tenants('account_states');
INSERT INTO account_states (account_id, at, tenant_id, state, code, reason)
SELECT account_id, since, tenant_id, state, code, reason FROM accounts WHERE removed_at IS NULL;
