-- What an answer was shown of what happened: runs and what came in. Whoever may not view the thing does not see it here either.
CREATE TABLE answer_sources (
    message_id uuid NOT NULL,
    -- run or item.
    kind text NOT NULL CONSTRAINT answer_sources_kind CHECK (kind IN ('run', 'item')),
    thing_id uuid NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    PRIMARY KEY (message_id, kind, thing_id)
);
SELECT isolate_tenants('answer_sources');
