-- Who people are and how they prove it. Looked up before a tenant is known, by the worker alone: the reader has no right here.
CREATE TABLE people (
    person_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- For people to read; an identity is a password's e-mail or an OpenID (issuer, subject), never this.
    email text NOT NULL,
    name text NOT NULL,
    -- Since when SpiceDB knows the person's relations to the tenant.
    zed_token text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);

CREATE TABLE passwords (
    -- Lower case.
    email text PRIMARY KEY,
    person_id uuid NOT NULL UNIQUE REFERENCES people,
    -- Argon2id, PHC string.
    hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE oidc_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    person_id uuid NOT NULL REFERENCES people,
    PRIMARY KEY (issuer, subject)
);

-- Sign-ins that wait for a provider's answer.
CREATE TABLE oidc_states (
    -- SHA-256 of the state, and of the cookie that binds it to one browser.
    state_hash bytea PRIMARY KEY,
    browser_hash bytea NOT NULL,
    provider text NOT NULL,
    nonce text NOT NULL,
    pkce_verifier text NOT NULL,
    return_to text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's value.
    token_hash bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_created_at ON sessions (created_at);

-- Keys act as the person who made them; whose a key is to see and to remove, SpiceDB says.
CREATE TABLE api_keys (
    key_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    acts_as uuid NOT NULL REFERENCES people,
    name text NOT NULL,
    -- SHA-256 of the secret, and its first characters for people to recognise it by.
    secret_hash bytea NOT NULL,
    prefix text NOT NULL,
    scopes text[] NOT NULL,
    zed_token text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz
);

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON api_keys TO gateway_worker USING (true) WITH CHECK (true);
CREATE POLICY own_tenant ON api_keys FOR SELECT TO gateway_reader USING (tenant_id = current_setting('app.tenant'));
GRANT SELECT (key_id, tenant_id, name, scopes, prefix, created_at, expires_at, last_used_at) ON api_keys TO gateway_reader;
