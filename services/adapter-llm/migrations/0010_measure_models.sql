-- Each model that a call asked: a call may ask several, when the first cannot answer. The catalogue's figures come from here.
CREATE TABLE llm_tries (
    invocation_id uuid NOT NULL,
    -- 1, 2, 3, … within the call.
    number integer NOT NULL,
    tenant text NOT NULL CHECK (tenant <> ''),
    -- Absent for the server that the operator named.
    account_id uuid,
    model text NOT NULL,
    latency_ms bigint NOT NULL,
    output_tokens bigint NOT NULL,
    -- Absent when it answered.
    error_code text,
    tried_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (invocation_id, number)
);
CREATE INDEX llm_tries_at ON llm_tries (tried_at);
