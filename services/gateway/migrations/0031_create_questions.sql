-- What runs ask people. A row may begin with its end: the frames of a run are applied in any order, and a question is shown
-- once it is known what it asks.
CREATE TABLE questions (
    question_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    run_id uuid NOT NULL,
    node text NOT NULL,
    iteration json NOT NULL,
    -- approval or clarification.
    kind text,
    -- The question as the run asked it.
    question json,
    asked_at timestamptz,
    -- Who is asked instead, and by which event of the run.
    assignees uuid[],
    assigned_seq bigint NOT NULL DEFAULT 0,
    -- approve, edit, respond, reject, ignore or withdrawn; null while it is open.
    decision text,
    decided_at timestamptz,
    decided_by uuid,
    comment text NOT NULL DEFAULT ''
);
CREATE INDEX questions_of_workflow ON questions (workflow_id, question_id);
CREATE INDEX questions_open ON questions (workflow_id, question_id) WHERE decision IS NULL;
CREATE INDEX questions_of_run ON questions (run_id);
SELECT isolate_tenants('questions');

-- The run that waits for this one.
ALTER TABLE runs ADD COLUMN parent_run_id uuid;
CREATE INDEX runs_of_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
