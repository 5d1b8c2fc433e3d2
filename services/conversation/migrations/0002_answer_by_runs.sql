-- The workflow that answers one person. Whose it is, is SpiceDB's to say.
CREATE TABLE assistants (
    -- Follows from tenant and person, so that there is one.
    assistant_id uuid PRIMARY KEY,
    -- Another one once the person has deleted it.
    workflow_id uuid NOT NULL UNIQUE,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- What runs start from; null until it is published.
    version_id uuid,
    trigger_node text
);

-- What assistants may use for people who may use it.
CREATE TABLE tools (
    tool_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    kind text NOT NULL CONSTRAINT tools_kind CHECK (kind IN ('workflow', 'smtp', 'bridge')),
    name text NOT NULL,
    description text NOT NULL,
    -- JSON Schema of what it takes, where it is of its own.
    input jsonb,
    -- Nothing outside changes.
    reads boolean NOT NULL
);
CREATE INDEX tools_tenant ON tools (tenant_id, tool_id);

DELETE FROM turns WHERE state IN ('waiting', 'running');
-- The run that answers, of whose workflow, for whom.
ALTER TABLE turns DROP COLUMN invocation_id;
ALTER TABLE turns ADD COLUMN run_id uuid UNIQUE, ADD COLUMN workflow_id uuid, ADD COLUMN actor uuid;
CREATE INDEX turns_waiting ON turns (workflow_id) WHERE state = 'waiting';
