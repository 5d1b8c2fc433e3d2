-- Runs and their logs, by day of the run's id.

CREATE TABLE runs (
    run_id uuid NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    workflow_id uuid NOT NULL,
    -- running, completed, failed or cancelled.
    status text NOT NULL,
    -- Null until the run's first event is applied, like all up to `started_at`: such a run is not shown yet.
    version_id uuid,
    trigger_kind text,
    trigger_node text,
    trigger_id uuid,
    event_id uuid,
    started_at timestamptz,
    ended_at timestamptz,
    error json,
    -- What its last Classify node said (by seq), for the inbox.
    category text,
    confidence double precision,
    category_seq bigint,
    -- It raised a notification of high urgency.
    urgent boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id)
) PARTITION BY RANGE (run_id);
CREATE INDEX runs_history ON runs (workflow_id, run_id);
-- Small: most runs end well.
CREATE INDEX runs_unwell ON runs (workflow_id, status, run_id) WHERE status <> 'completed';
CREATE INDEX runs_of_items ON runs (event_id) WHERE trigger_kind = 'integration_event';
CREATE TABLE runs_other PARTITION OF runs DEFAULT;
SELECT isolate_tenants('runs');

-- The run log as the engine sent it: one row per commit, `events` is the JSON array. Append-only.
CREATE TABLE run_frames (
    run_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- Never compressed: the hot path would pay for it.
    events text STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (run_id, first_seq)
) PARTITION BY RANGE (run_id);
CREATE TABLE run_frames_other PARTITION OF run_frames DEFAULT;
SELECT isolate_tenants('run_frames');
REVOKE UPDATE, DELETE ON run_frames, run_frames_other FROM gateway_worker;
-- Partitions are reached through their parents only.
ALTER TABLE runs_other ENABLE ROW LEVEL SECURITY;
ALTER TABLE runs_other FORCE ROW LEVEL SECURITY;
ALTER TABLE run_frames_other ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_frames_other FORCE ROW LEVEL SECURITY;

-- Makes the partitions from yesterday to `ahead` days from now.
CREATE FUNCTION ensure_run_partitions(ahead integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    day date;
    parent text;
    partition text;
BEGIN
    IF ahead NOT BETWEEN 0 AND 31 THEN
        RAISE EXCEPTION 'partitions are made for 0 to 31 days ahead, not %', ahead;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('run partitions'));
    FOR offset_days IN -1..ahead LOOP
        day := today + offset_days;
        FOREACH parent IN ARRAY ARRAY['runs', 'run_frames'] LOOP
            partition := parent || '_' || to_char(day, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(partition) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', partition, parent,
                    ulid_floor(day::timestamp AT TIME ZONE 'UTC'), ulid_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'runs of % lie in the default partition already', day;
                CONTINUE;
            END;
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
            IF parent = 'run_frames' THEN
                EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8160)', partition);
                EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM gateway_worker', partition);
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- Drops the partitions of days that ended more than `keep` days ago.
CREATE FUNCTION drop_run_partitions(keep integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    oldest text := to_char((now() AT TIME ZONE 'UTC')::date - keep, 'YYYYMMDD');
    partition text;
BEGIN
    IF keep < 7 THEN
        RAISE EXCEPTION 'runs are kept for 7 days at least, not %', keep;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('run partitions'));
    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('runs'::regclass, 'run_frames'::regclass) AND c.relname ~ '_[0-9]{8}$'
    LOOP
        IF right(partition, 8) < oldest THEN
            EXECUTE format('DROP TABLE %I', partition);
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION ensure_run_partitions(integer), drop_run_partitions(integer) FROM PUBLIC;
SELECT ensure_run_partitions(7);

-- How far each shard's log is applied without a gap.
CREATE TABLE shard_positions (
    shard smallint PRIMARY KEY,
    pos bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO shard_positions (shard) SELECT generate_series(0, 15);

-- What is applied beyond a gap.
CREATE TABLE shard_islands (
    shard smallint NOT NULL,
    first_pos bigint NOT NULL,
    last_pos bigint NOT NULL,
    PRIMARY KEY (shard, first_pos)
);
