-- Runs that wait long and are in nobody's memory: when each is to be loaded again. The run log has the rest.
CREATE TABLE parked_runs (
    run_id uuid NOT NULL,
    shard smallint NOT NULL,
    -- NULL: it waits for no time, only for an input.
    wake_at timestamptz,
    CONSTRAINT parked_runs_pkey PRIMARY KEY (run_id)
);
CREATE INDEX parked_runs_wake ON parked_runs (shard, wake_at);
