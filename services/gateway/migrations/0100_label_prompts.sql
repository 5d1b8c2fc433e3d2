-- Which version of a prompt a label names; `prompts.version` is the one that `production` names.
CREATE TABLE prompt_labels (
    prompt_id uuid NOT NULL,
    label text NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    version integer NOT NULL,
    labelled_at timestamptz NOT NULL,
    PRIMARY KEY (prompt_id, label)
);
ALTER TABLE prompts NO FORCE ROW LEVEL SECURITY;
INSERT INTO prompt_labels SELECT prompt_id, 'production', tenant_id, version, updated_at FROM prompts;
ALTER TABLE prompts FORCE ROW LEVEL SECURITY;
SELECT isolate_tenants('prompt_labels');

-- That people correct the answers of a version more often than those before it; the newest such version.
ALTER TABLE prompts ADD COLUMN drift json;

-- How versions did on the answers that people corrected.
CREATE TABLE prompt_evaluations (
    evaluation_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    prompt_id uuid NOT NULL,
    version integer NOT NULL,
    against integer NOT NULL,
    label text,
    cases json NOT NULL,
    problem text,
    -- Millionths of a US dollar.
    cost_micros bigint NOT NULL,
    evaluated_at timestamptz NOT NULL
);
CREATE INDEX prompt_evaluations_prompt ON prompt_evaluations (prompt_id, evaluation_id DESC);
SELECT isolate_tenants('prompt_evaluations');

-- What people think of answers.
CREATE TABLE feedback (
    feedback_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    invocation_id uuid NOT NULL,
    -- Either a run's or a conversation's.
    workflow_id uuid,
    conversation_id uuid,
    run_id uuid,
    prompt_id uuid NOT NULL,
    version integer NOT NULL,
    -- right or wrong.
    verdict text NOT NULL,
    -- JSON Pointer.
    path text NOT NULL,
    expected json,
    answered json NOT NULL,
    comment text NOT NULL,
    -- The question whose refusal it is.
    question_id uuid,
    given_at timestamptz NOT NULL,
    CONSTRAINT feedback_origin CHECK ((workflow_id IS NULL) <> (conversation_id IS NULL))
);
CREATE INDEX feedback_invocation ON feedback (invocation_id, path, given_at DESC);
CREATE INDEX feedback_prompt ON feedback (prompt_id, feedback_id DESC);
SELECT isolate_tenants('feedback');
