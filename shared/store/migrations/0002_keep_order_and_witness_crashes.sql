-- Few rows wait for their relations; those behind them with the same key must be found without reading the table.
CREATE INDEX outbox_relations ON outbox (enqueued) WHERE relations IS NOT NULL;

-- Attempts at events that were delivered suspiciously often: begun, and not ended by that process.
CREATE TABLE inbox_attempts (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    -- The process that began the last one.
    life uuid NOT NULL,
    -- How many processes have begun one.
    lives integer NOT NULL DEFAULT 1,
    begun_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
