-- Prompts by name.
CREATE TABLE prompts (
    prompt_id uuid PRIMARY KEY,
    tenant text NOT NULL CHECK (tenant <> ''),
    name text NOT NULL,
    CONSTRAINT prompts_name UNIQUE (tenant, name)
);

-- Their texts. A version never changes.
CREATE TABLE prompt_versions (
    prompt_id uuid NOT NULL REFERENCES prompts,
    version integer NOT NULL CHECK (version > 0),
    text text NOT NULL,
    -- Came with the product, not from a person.
    shipped boolean NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (prompt_id, version)
);

-- Names for versions; `production` is what a prompt's bare name means.
CREATE TABLE prompt_labels (
    prompt_id uuid NOT NULL,
    label text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (prompt_id, label),
    FOREIGN KEY (prompt_id, version) REFERENCES prompt_versions
);

-- Every model call. Those of conversations are also worked on from here.
CREATE TABLE llm_invocations (
    invocation_id uuid PRIMARY KEY,
    tenant text NOT NULL CHECK (tenant <> ''),
    state text NOT NULL
        CONSTRAINT llm_invocations_state CHECK (state IN ('waiting', 'running', 'completed', 'failed')),
    -- `LlmRequested` and what its answer follows from; forgotten once it ended.
    request json,
    story json,
    -- Raised by each process that takes the call on; a word of an older one changes nothing.
    claim bigint NOT NULL DEFAULT 0,
    -- When another process may take it on.
    claimed_until timestamptz,
    -- The text that was told as it came, the number of its last piece, and where that piece begins, in characters.
    said text NOT NULL DEFAULT '',
    said_seq bigint NOT NULL DEFAULT 0,
    said_from bigint NOT NULL DEFAULT 0,
    -- `name@version`.
    prompt text,
    model text,
    -- SHA-256 of the output schema, hex.
    schema_hash text,
    input_tokens bigint,
    output_tokens bigint,
    -- The server counted no tokens; ours are a guess.
    tokens_estimated boolean,
    cost_micros bigint,
    latency_ms bigint,
    repaired boolean,
    error_code text,
    -- The event that told the end; the answer to a repeat. Forgotten with `said` after 30 days.
    outcome json,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
);
CREATE INDEX llm_invocations_open ON llm_invocations (created_at) WHERE state IN ('waiting', 'running');
CREATE INDEX llm_invocations_kept ON llm_invocations (ended_at) WHERE outcome IS NOT NULL;
