-- What assistants know of people; whose a memory is, is SpiceDB's to say.
CREATE TABLE memories (
    -- Follows from tenant and person.
    memory_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- Whether SpiceDB was told whose it is.
    is_told boolean NOT NULL DEFAULT false
);

CREATE TABLE facts (
    fact_id uuid PRIMARY KEY,
    memory_id uuid NOT NULL REFERENCES memories,
    text text NOT NULL,
    source text NOT NULL CONSTRAINT facts_source CHECK (source IN ('explicit', 'inferred')),
    state text NOT NULL CONSTRAINT facts_state CHECK (state IN ('proposed', 'held', 'superseded')),
    pinned boolean NOT NULL,
    replaces uuid REFERENCES facts ON DELETE SET NULL,
    replaced_by uuid REFERENCES facts ON DELETE SET NULL,
    -- Where it was learned; null when the person wrote it down.
    run_id uuid,
    uses integer NOT NULL DEFAULT 0,
    learned_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    -- What it means, and by which model; null until one has looked at it.
    vector halfvec(384),
    vector_model text,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED
);
-- All searches stay within one memory, where looking at each fact is exact and fast enough.
CREATE INDEX facts_memory ON facts (memory_id, state);
CREATE INDEX facts_replaces ON facts (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX facts_replaced_by ON facts (replaced_by) WHERE replaced_by IS NOT NULL;
CREATE INDEX facts_run ON facts (run_id) WHERE run_id IS NOT NULL;

-- What an answer could rest on.
CREATE TABLE recalls (
    run_id uuid NOT NULL,
    fact_id uuid NOT NULL REFERENCES facts ON DELETE CASCADE,
    why text NOT NULL CONSTRAINT recalls_why CHECK (why IN ('pinned', 'explicit', 'related')),
    PRIMARY KEY (run_id, fact_id)
);
CREATE INDEX recalls_fact ON recalls (fact_id);
