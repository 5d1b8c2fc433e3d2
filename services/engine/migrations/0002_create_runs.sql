-- One row per shard: who may write it (epoch), how far its log goes (pos), how far that is published, and how far its
-- input is read. Updated by every flush, so rows are kept apart.
CREATE TABLE shards (
    shard smallint PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 0,
    pos bigint NOT NULL DEFAULT 0,
    published_pos bigint NOT NULL DEFAULT 0,
    -- Which life of the stream `input_seq` counts in.
    incarnation bigint NOT NULL DEFAULT 0,
    input_seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
INSERT INTO shards (shard) SELECT generate_series(0, 15);

-- Where each run stands: written when it starts and when it ends, not in between.
CREATE TABLE runs (
    run_id uuid NOT NULL,
    shard smallint NOT NULL,
    tenant_id text NOT NULL CONSTRAINT runs_tenant_id_is_slug CHECK (tenant_id ~ '^[a-z0-9-]{1,32}$'),
    workflow_id uuid NOT NULL,
    version_id uuid NOT NULL,
    status text NOT NULL CONSTRAINT runs_status_is_known
        CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
    -- What its events follow from.
    correlation_id uuid NOT NULL,
    causation_id uuid NOT NULL,
    traceparent text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT runs_pkey PRIMARY KEY (run_id)
) PARTITION BY RANGE (run_id);
CREATE INDEX runs_running ON runs (shard) WHERE status = 'running';

-- The run log: the events of one run in one flush, as a JSON array. Append-only.
CREATE TABLE run_events (
    run_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    shard smallint NOT NULL,
    -- Contiguous per shard.
    pos bigint NOT NULL,
    frame text STORAGE EXTERNAL NOT NULL,
    CONSTRAINT run_events_pkey PRIMARY KEY (run_id, first_seq),
    CONSTRAINT run_events_seq_is_ordered CHECK (first_seq >= 1 AND last_seq >= first_seq)
) PARTITION BY RANGE (run_id);
CREATE INDEX run_events_pos ON run_events (shard, pos);

CREATE TABLE runs_default PARTITION OF runs DEFAULT;
CREATE TABLE run_events_default PARTITION OF run_events DEFAULT;

-- The smallest run id of a day: the first 48 bits of a ULID are milliseconds.
CREATE FUNCTION first_run_id(day date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM day) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of today and the next days, as the owner of the tables. A day that is there is left alone.
CREATE FUNCTION create_run_partitions(days integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    day date;
    parent text;
    child text;
BEGIN
    FOR day IN SELECT generate_series((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date + days, '1 day')::date LOOP
        FOREACH parent IN ARRAY ARRAY['runs', 'run_events'] LOOP
            child := parent || '_' || to_char(day, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(child) IS NOT NULL;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent,
                first_run_id(day), first_run_id(day + 1));
            IF parent = 'run_events' THEN
                EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8160, autovacuum_vacuum_insert_scale_factor = 1)', child);
            END IF;
        END LOOP;
    END LOOP;
END
$$;
SELECT create_run_partitions(14);

-- The log is never rewritten: the worker may add to it and read it.
DO $$
DECLARE
    worker name := 'engine_worker';
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = worker) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON run_events FROM %I', worker);
        EXECUTE format('GRANT SELECT, INSERT ON run_events TO %I', worker);
    END IF;
END
$$;
