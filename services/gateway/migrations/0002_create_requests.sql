-- Requests that became events, and what became of them.
CREATE TABLE requests (
    -- The request event's id.
    correlation_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- NULL until the outcome is projected.
    outcome jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX requests_created_at ON requests (created_at);

-- A client's repeat gets the first answer. Kept for a day.
CREATE TABLE idempotency_keys (
    person_id uuid NOT NULL REFERENCES people,
    key text NOT NULL,
    -- Keyed hash of method, path and body.
    fingerprint bytea NOT NULL,
    -- What the request's event is called, whoever emits it.
    correlation_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    -- NULL while the request is in flight.
    status smallint,
    headers jsonb,
    body bytea,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_keys_claimed_at ON idempotency_keys (claimed_at);
