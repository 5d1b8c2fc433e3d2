-- How far the scheduler knows each workflow. Whoever applies an event about a workflow locks its row. A deleted workflow
-- stays, so that no late event brings its schedules back.
CREATE TABLE publications (
    workflow_id uuid PRIMARY KEY,
    -- When the version was published whose triggers the schedules are; none before the first.
    published_at timestamptz,
    deleted boolean NOT NULL DEFAULT false
);

-- Triggers switched later than that publication: the publication with which they come may still be on its way.
CREATE TABLE switches (
    trigger_id uuid PRIMARY KEY,
    workflow_id uuid NOT NULL,
    enabled boolean NOT NULL,
    switched_at timestamptz NOT NULL
);
CREATE INDEX switches_workflow ON switches (workflow_id);
