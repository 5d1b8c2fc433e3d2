-- Schedule triggers of published versions.
CREATE TABLE schedules (
    trigger_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    version_id uuid NOT NULL,
    node_id text NOT NULL,
    cron_expression text NOT NULL,
    timezone text NOT NULL,
    missed text NOT NULL CONSTRAINT schedules_missed CHECK (missed IN ('skip', 'once', 'all')),
    enabled boolean NOT NULL,
    -- The first due time that nobody has decided on; none when the expression has no more or the trigger is off.
    next_due timestamptz
);
CREATE INDEX schedules_next_due ON schedules (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX schedules_workflow ON schedules (workflow_id);

-- Due times that fired: the second guard, beside the epoch, against firing one twice.
CREATE TABLE fired (
    trigger_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    epoch bigint NOT NULL,
    fired_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT fired_once PRIMARY KEY (trigger_id, due_at)
);
CREATE INDEX fired_fired_at ON fired (fired_at);

-- One row: who leads. Whoever takes over raises the epoch, and writes under an older one change nothing.
CREATE TABLE leader (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch bigint NOT NULL,
    holder text NOT NULL,
    renewed_at timestamptz NOT NULL
);
INSERT INTO leader (epoch, holder, renewed_at) VALUES (0, '', '-infinity');
