-- Versions rehearsed on past runs. The report is null until the engine has told it.
CREATE TABLE backtests (
    backtest_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    version_id uuid NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    -- JSON array of cases, as the engine sent it.
    cases json,
    completed_at timestamptz
);
SELECT isolate_tenants('backtests');
