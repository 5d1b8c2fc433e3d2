-- Which version a label names since when. The newest move counts; a run keeps what was named when it began.
CREATE TABLE prompt_moves (
    prompt_id uuid NOT NULL,
    label text NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    version integer NOT NULL,
    PRIMARY KEY (prompt_id, label, moved_at),
    FOREIGN KEY (prompt_id, version) REFERENCES prompt_versions
);
INSERT INTO prompt_moves (prompt_id, label, moved_at, version)
    SELECT prompt_id, label, saved_at, version FROM prompt_labels JOIN prompt_versions USING (prompt_id, version);
DROP TABLE prompt_labels;

-- What was asked is forgotten together with the answer.
ALTER TABLE llm_invocations ADD COLUMN prompt_id uuid, ADD COLUMN prompt_version integer, ADD COLUMN call json;
CREATE INDEX llm_invocations_prompt ON llm_invocations (prompt_id, prompt_version) WHERE state = 'completed';

-- What people think of answers; kept for good, with what was asked.
CREATE TABLE feedback (
    feedback_id uuid PRIMARY KEY,
    tenant text NOT NULL CHECK (tenant <> ''),
    invocation_id uuid NOT NULL,
    prompt_id uuid NOT NULL,
    version integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('right', 'wrong')),
    -- JSON Pointer.
    path text NOT NULL,
    expected json,
    answered json NOT NULL,
    call json NOT NULL,
    given_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (prompt_id, version) REFERENCES prompt_versions
);
CREATE INDEX feedback_prompt ON feedback (prompt_id, tenant, invocation_id, path, given_at);

-- Versions that are to be tried on the cases of their prompt.
CREATE TABLE prompt_evaluations (
    evaluation_id uuid PRIMARY KEY,
    prompt_id uuid NOT NULL,
    tenant text NOT NULL CHECK (tenant <> ''),
    version integer NOT NULL,
    -- The label that moves to it unless it does worse.
    label text,
    actor uuid,
    correlation_id uuid,
    causation_id uuid,
    -- Another process takes it on after this.
    claimed_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    FOREIGN KEY (prompt_id, version) REFERENCES prompt_versions
);
CREATE INDEX prompt_evaluations_open ON prompt_evaluations (created_at) WHERE ended_at IS NULL;

-- Versions of which it was told that their answers are corrected more often.
CREATE TABLE prompt_drifts (
    prompt_id uuid NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (prompt_id, version)
);
