-- What is known of artifacts without reading them, and who refers to them. The bytes lie in the artifact store.
CREATE TABLE artifacts (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- SHA-256, hexadecimal.
    hash text NOT NULL CONSTRAINT artifacts_hash_is_sha256 CHECK (hash ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL,
    -- As the first who spoke of it said.
    media_type text NOT NULL,
    name text,
    CONSTRAINT artifacts_pkey PRIMARY KEY (tenant_id, hash)
);
SELECT isolate_tenants('artifacts');

-- Runs whose log refers to an artifact.
CREATE TABLE artifact_uses (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    hash text NOT NULL,
    run_id uuid NOT NULL,
    CONSTRAINT artifact_uses_pkey PRIMARY KEY (tenant_id, hash, run_id)
);
SELECT isolate_tenants('artifact_uses');

-- What people have sent and not used yet: it is theirs for some days.
CREATE TABLE artifact_uploads (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    hash text NOT NULL,
    person_id uuid NOT NULL,
    uploaded_at timestamptz NOT NULL,
    CONSTRAINT artifact_uploads_pkey PRIMARY KEY (tenant_id, hash, person_id)
);
CREATE INDEX artifact_uploads_at ON artifact_uploads (uploaded_at);
SELECT isolate_tenants('artifact_uploads');

-- What nothing refers to, and since when: it goes when that stays so.
CREATE TABLE artifacts_unused (
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    hash text NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT artifacts_unused_pkey PRIMARY KEY (tenant_id, hash)
);
