-- How long runs stay readable. `kept_from` is the smallest id of a run that is: what started before is over unless it still
-- runs. Over is not seen any more at once, whatever reads it; the room is reclaimed by partition.
CREATE TABLE retention (
    -- `*` is the installation.
    tenant_id text NOT NULL CHECK (tenant_id <> ''),
    -- NULL: every workflow of the tenant that says nothing itself.
    workflow_id uuid,
    -- NULL: nothing of its own; kept so that an older event is known to be older.
    days integer CONSTRAINT retention_days_are_bounded CHECK (days BETWEEN 1 AND 3650),
    kept_from uuid,
    -- The event that said so last.
    changed_at timestamptz NOT NULL,
    CONSTRAINT retention_is_one UNIQUE NULLS NOT DISTINCT (tenant_id, workflow_id)
);
ALTER TABLE retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON retention TO gateway_worker USING (true) WITH CHECK (true);
CREATE POLICY owner ON retention TO gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY reader ON retention FOR SELECT TO gateway_reader
    USING (tenant_id = current_setting('app.tenant') OR tenant_id = '*');
GRANT SELECT ON retention TO gateway_reader;

-- The smallest id of a run that is kept for so many days, as of `today` (UTC).
CREATE FUNCTION kept_from(today date, days integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ulid_floor((today - days)::timestamp AT TIME ZONE 'UTC')
$$;
INSERT INTO retention VALUES ('*', NULL, 90, kept_from((now() AT TIME ZONE 'UTC')::date, 90), now());

CREATE POLICY kept ON runs AS RESTRICTIVE FOR SELECT TO gateway_reader USING (
    status = 'running' OR run_id >= coalesce(
        (SELECT w.kept_from FROM retention w WHERE w.tenant_id = runs.tenant_id AND w.workflow_id = runs.workflow_id),
        (SELECT t.kept_from FROM retention t WHERE t.tenant_id = current_setting('app.tenant') AND t.workflow_id IS NULL),
        (SELECT i.kept_from FROM retention i WHERE i.tenant_id = '*')));

-- The owner may look into partitions, to know what to keep. Nobody else reaches them but through their parents.
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent IN ('runs'::regclass, 'run_frames'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', part);
    END LOOP;
END $$;

-- Closes a new partition to all but its parent and its owner.
CREATE FUNCTION close_run_partition(part text, is_frames boolean) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
    IF is_frames THEN
        EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8160)', part);
        EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM gateway_worker', part);
    END IF;
END $$;

-- Makes the partitions of `today` and the `ahead` days after it.
CREATE FUNCTION ensure_run_partitions(today date, ahead integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    day date;
    parent text;
    part text;
BEGIN
    IF ahead NOT BETWEEN 0 AND 31 THEN
        RAISE EXCEPTION 'partitions are made for 0 to 31 days ahead, not %', ahead;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('run partitions'));
    FOR offset_days IN 0..ahead LOOP
        day := today + offset_days;
        FOREACH parent IN ARRAY ARRAY['runs', 'run_frames'] LOOP
            part := parent || '_' || to_char(day, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, parent,
                    ulid_floor(day::timestamp AT TIME ZONE 'UTC'), ulid_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'runs of % lie in the default partition already', day;
                CONTINUE;
            END;
            PERFORM close_run_partition(part, parent = 'run_frames');
        END LOOP;
    END LOOP;
END $$;
DROP FUNCTION drop_run_partitions(integer);

-- Takes both tables from everybody else, without keeping them waiting: what writes and reads them asks in orders of its own,
-- so a short try that fails is better than a queue. A vacuum of what is reclaimed is ended before.
CREATE FUNCTION lock_run_tables(part text, log text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('lock_timeout', '10s', true);
    EXECUTE format('LOCK TABLE %I, %I IN SHARE UPDATE EXCLUSIVE MODE', part, log);
    PERFORM set_config('lock_timeout', '200ms', true);
    FOR try IN 1..25 LOOP
        BEGIN
            LOCK TABLE ONLY run_frames, ONLY runs IN ACCESS EXCLUSIVE MODE;
            PERFORM set_config('lock_timeout', '5s', true);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.2);
        END;
    END LOOP;
    RAISE lock_not_available USING MESSAGE = 'the tables of runs are never free';
END $$;

-- Reclaims the first partition that is worth it and returns its name, or NULL. One in which nothing is kept is dropped; one of
-- which at least half is over is replaced by a table of what is kept. Rows are copied, never deleted, and what is copied is
-- at most what is freed. A run that has not ended is kept whatever its age.
CREATE FUNCTION retire_runs() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kept CONSTANT text := 'r.status = ''running'' OR r.run_id >= coalesce(w.kept_from, t.kept_from, i.kept_from)';
    limits CONSTANT text := 'LEFT JOIN retention w ON w.tenant_id = r.tenant_id AND w.workflow_id = r.workflow_id
        LEFT JOIN retention t ON t.tenant_id = r.tenant_id AND t.workflow_id IS NULL
        JOIN retention i ON i.tenant_id = ''*''';
    newest uuid;
    part record;
    log text;
    fresh text;
    fresh_log text;
    total bigint;
    alive bigint;
    day date;
    part_of text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('run partitions'));
    SELECT r.kept_from INTO newest FROM retention r ORDER BY r.kept_from DESC NULLS LAST LIMIT 1;
    FOR part IN
        SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound, c.relname ~ '_[0-9]{8}$' AS is_day
        FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'runs'::regclass ORDER BY 1
    LOOP
        CONTINUE WHEN part.is_day
            AND ulid_floor(to_date(right(part.name, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC') >= newest;
        log := replace(part.name, 'runs_', 'run_frames_');
        EXECUTE format('SELECT count(*), count(*) FILTER (WHERE %s) FROM %I r %s', kept, part.name, limits) INTO total, alive;
        IF part.is_day AND alive = 0 THEN
            PERFORM lock_run_tables(part.name, log);
            -- An event of that day may have come meanwhile.
            EXECUTE format('SELECT count(*) FROM %I WHERE status = ''running''', part.name) INTO alive;
            IF alive = 0 THEN
                EXECUTE format('DROP TABLE %I, %I', part.name, log);
            END IF;
            RETURN part.name;
        END IF;
        CONTINUE WHEN total = 0 OR alive * 2 > total;
        fresh := part.name || '_kept';
        fresh_log := log || '_kept';
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', fresh, part.name);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', fresh_log, log);
        PERFORM close_run_partition(fresh, false), close_run_partition(fresh_log, true);
        IF part.is_day THEN
            -- What is known of its rows need not be looked at again when it takes its place.
            day := to_date(right(part.name, 8), 'YYYYMMDD');
            FOREACH part_of IN ARRAY ARRAY[fresh, fresh_log] LOOP
                EXECUTE format('ALTER TABLE %I ADD CONSTRAINT of_day CHECK (run_id IS NOT NULL AND run_id >= %L AND run_id < %L)',
                    part_of, ulid_floor(day::timestamp AT TIME ZONE 'UTC'), ulid_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
            END LOOP;
        END IF;
        -- The most first, while everybody goes on; then, alone, what was added or has ended meanwhile.
        EXECUTE format('INSERT INTO %I SELECT r.* FROM %I r %s WHERE (%s) AND r.status <> ''running''', fresh, part.name,
            limits, kept);
        EXECUTE format('INSERT INTO %I SELECT e.* FROM %I e JOIN %I r USING (run_id) %s WHERE %s',
            fresh_log, log, part.name, limits, kept);
        EXECUTE format('ANALYZE %I, %I, %I, %I', part.name, log, fresh, fresh_log);
        PERFORM lock_run_tables(part.name, log);
        EXECUTE format('INSERT INTO %I SELECT r.* FROM %I r %s WHERE (%s) AND NOT EXISTS (
            SELECT FROM %I k WHERE k.run_id = r.run_id)', fresh, part.name, limits, kept, fresh);
        EXECUTE format('INSERT INTO %I SELECT e.* FROM %I e JOIN (SELECT run_id, first_seq FROM %I JOIN %I USING (run_id)
                EXCEPT SELECT run_id, first_seq FROM %I) added USING (run_id, first_seq)',
            fresh_log, log, log, fresh, fresh_log);
        EXECUTE format('ALTER TABLE runs DETACH PARTITION %I', part.name);
        EXECUTE format('ALTER TABLE run_frames DETACH PARTITION %I', log);
        EXECUTE format('DROP TABLE %I, %I', part.name, log);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', fresh, part.name);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', fresh_log, log);
        EXECUTE format('ALTER TABLE runs ATTACH PARTITION %I %s', part.name, part.bound);
        EXECUTE format('ALTER TABLE run_frames ATTACH PARTITION %I %s', log, part.bound);
        IF part.is_day THEN
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT of_day', part.name);
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT of_day', log);
        END IF;
        RETURN part.name;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION ensure_run_partitions(date, integer), retire_runs(), lock_run_tables(text, text),
    close_run_partition(text, boolean) FROM PUBLIC;
CREATE OR REPLACE FUNCTION ensure_run_partitions(ahead integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM ensure_run_partitions((now() AT TIME ZONE 'UTC')::date - 1, ahead + 1);
END $$;
