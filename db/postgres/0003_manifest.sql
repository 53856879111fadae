-- Batches on their way to Snowflake: what a run that was killed left there, and how to tell whether its batch was applied.

CREATE TABLE etl.manifest (
    pipeline        text PRIMARY KEY,
    batch           text NOT NULL,
    run_id          uuid NOT NULL,
    seq             int NOT NULL,
    fence           bigint NOT NULL,
    location        text NOT NULL,
    cursor_from     text,
    cursor_to       text,
    window_high     text,
    window_complete boolean NOT NULL,
    tail_rows       bigint,
    created_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE etl.manifest IS 'The batch of a pipeline that is being taken to Snowflake; gone when its watermark is written.';
COMMENT ON COLUMN etl.manifest.batch IS 'What ETL_LEDGER beside the target holds once the batch is applied.';
COMMENT ON COLUMN etl.manifest.location IS 'Where its files lie on the stage.';
