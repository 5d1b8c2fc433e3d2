-- The newest draft of each workflow: what an assistant changes for a person.
CREATE TABLE workflow_drafts (
    workflow_id uuid PRIMARY KEY,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    number integer NOT NULL,
    document json NOT NULL
);
