-- What assistants know of people.
CREATE TABLE facts (
    fact_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    memory_id uuid NOT NULL,
    text text NOT NULL,
    -- explicit or inferred.
    source text NOT NULL,
    -- proposed, held or superseded.
    state text NOT NULL,
    pinned boolean NOT NULL,
    replaces uuid,
    replaced_by uuid,
    run_id uuid,
    uses bigint NOT NULL,
    learned_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    zed_token text
);
CREATE INDEX facts_memory ON facts (memory_id, learned_at DESC, fact_id DESC);
SELECT isolate_tenants('facts');

-- That a fact was forgotten, and what was left of it; without what it said.
CREATE TABLE forgettings (
    fact_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    memory_id uuid NOT NULL,
    -- What went along.
    also uuid[] NOT NULL,
    rows_left bigint NOT NULL,
    vectors_left bigint NOT NULL,
    forgotten_at timestamptz NOT NULL
);
CREATE INDEX forgettings_also ON forgettings USING gin (also);
SELECT isolate_tenants('forgettings');

-- What an answer could rest on.
CREATE TABLE recalled_facts (
    message_id uuid NOT NULL,
    position int NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    fact_id uuid NOT NULL,
    -- pinned, explicit or related.
    why text NOT NULL,
    -- How close it is to what was asked, -1 to 1.
    score real,
    PRIMARY KEY (message_id, position)
);
CREATE INDEX recalled_facts_fact ON recalled_facts (fact_id);
SELECT isolate_tenants('recalled_facts');
