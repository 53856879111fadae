-- What runs remember, in the target database. The schema and etl.migration exist already: the migrator makes them.

CREATE TABLE etl.watermark (
    pipeline        text PRIMARY KEY,
    source          text NOT NULL,
    target          text NOT NULL,
    cursor_column   text,
    cursor          text,
    key             jsonb,
    window_high     text,
    window_complete boolean NOT NULL DEFAULT true,
    tail_rows       bigint,
    fence           bigint NOT NULL DEFAULT 0,
    holder          text,
    holder_since    timestamptz,
    last_run_id     uuid,
    last_status     text,
    last_error      text,
    rows_processed  bigint NOT NULL DEFAULT 0,
    last_success    timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE etl.watermark IS 'One row per pipeline: how far it has come, and who may write. Advances only in the transaction that writes the rows.';
COMMENT ON COLUMN etl.watermark.cursor IS 'The source''s own text of the last cursor value whose rows are all in the target.';
COMMENT ON COLUMN etl.watermark.key IS 'Key values of the last row within that cursor value, while a window is unfinished.';
COMMENT ON COLUMN etl.watermark.window_high IS 'Upper bound of the window, fixed before its first read.';
COMMENT ON COLUMN etl.watermark.window_complete IS 'False while a window is being read; the next run then continues it.';
COMMENT ON COLUMN etl.watermark.tail_rows IS 'How many rows carried exactly the last cursor value when the window ended.';
COMMENT ON COLUMN etl.watermark.fence IS 'Grows with every lease; a write names its own and must touch one row.';
COMMENT ON COLUMN etl.watermark.holder IS 'Host, process and run that took the lease last.';

CREATE TABLE etl.run (
    run_id          uuid PRIMARY KEY,
    pipeline        text NOT NULL,
    operation       text NOT NULL,
    mode            text NOT NULL,
    direction       text NOT NULL,
    dry_run         boolean NOT NULL,
    status          text NOT NULL,
    started_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    duration_ms     bigint,
    window_low      text,
    window_high     text,
    records_read    bigint NOT NULL DEFAULT 0,
    inserted        bigint NOT NULL DEFAULT 0,
    updated         bigint NOT NULL DEFAULT 0,
    unchanged       bigint NOT NULL DEFAULT 0,
    superseded      bigint NOT NULL DEFAULT 0,
    quarantined     bigint NOT NULL DEFAULT 0,
    deleted         bigint NOT NULL DEFAULT 0,
    null_cursors    bigint NOT NULL DEFAULT 0,
    bytes           bigint NOT NULL DEFAULT 0,
    records_processed bigint GENERATED ALWAYS AS (inserted + updated + unchanged + superseded) STORED,
    rows_per_second double precision,
    error_count     bigint NOT NULL DEFAULT 0,
    error_code      text,
    error           text,
    host            text NOT NULL,
    pid             int NOT NULL,
    tool_version    text NOT NULL
);
CREATE INDEX run_newest_of_pipeline ON etl.run (pipeline, started_at DESC);
CREATE INDEX run_newest ON etl.run (started_at DESC);
COMMENT ON TABLE etl.run IS 'One row per run of a pipeline, dry runs included.';
COMMENT ON COLUMN etl.run.superseded IS 'Rows for which the same batch held a newer version of the same key.';
COMMENT ON COLUMN etl.run.unchanged IS 'Rows the target already had, in every column.';
COMMENT ON COLUMN etl.run.records_processed IS 'inserted + updated + unchanged + superseded; records_read is this plus quarantined.';

CREATE TABLE etl.batch (
    run_id       uuid NOT NULL,
    seq          int NOT NULL,
    pipeline     text NOT NULL,
    fence        bigint NOT NULL,
    cursor_from  text,
    cursor_to    text,
    records_read bigint NOT NULL DEFAULT 0,
    inserted     bigint NOT NULL DEFAULT 0,
    updated      bigint NOT NULL DEFAULT 0,
    unchanged    bigint NOT NULL DEFAULT 0,
    superseded   bigint NOT NULL DEFAULT 0,
    quarantined  bigint NOT NULL DEFAULT 0,
    deleted      bigint NOT NULL DEFAULT 0,
    committed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, seq)
);
COMMENT ON TABLE etl.batch IS 'One row per committed batch, written in its transaction: after a connection lost at COMMIT it says whether the batch is in.';

CREATE TABLE etl.quarantine (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pipeline    text NOT NULL,
    run_id      uuid,
    batch_seq   int,
    key         json,
    key_text    text,
    payload     json NOT NULL,
    reason      text NOT NULL,
    sqlstate    text,
    column_name text,
    status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved', 'discarded')),
    attempts    int NOT NULL DEFAULT 0,
    first_seen  timestamptz NOT NULL DEFAULT now(),
    last_seen   timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz
);
CREATE UNIQUE INDEX quarantine_open_key ON etl.quarantine (pipeline, key_text) WHERE status = 'open' AND key_text IS NOT NULL;
CREATE INDEX quarantine_status ON etl.quarantine (pipeline, status, last_seen DESC);
COMMENT ON TABLE etl.quarantine IS 'Rows the target refused, with all that is needed to load them later.';
COMMENT ON COLUMN etl.quarantine.payload IS 'The row as read. json, not jsonb: it may hold \u0000, which is often why the row is here.';
COMMENT ON COLUMN etl.quarantine.key_text IS 'One text per key, so that a row refused again updates its open entry.';

CREATE TABLE etl.log (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    run_id    uuid,
    pipeline  text,
    level     text NOT NULL,
    event_id  int,
    category  text,
    message   text NOT NULL,
    exception text
);
CREATE INDEX log_newest ON etl.log (at DESC);
CREATE INDEX log_of_run ON etl.log (run_id) WHERE run_id IS NOT NULL;
COMMENT ON TABLE etl.log IS 'Warnings, errors, and the start and end of runs. The JSON-lines file has everything.';

CREATE VIEW etl.etl_metadata AS
SELECT w.target                         AS table_name,
       w.last_success                   AS last_successful_extraction,
       w.rows_processed                 AS records_processed,
       w.cursor                         AS checkpoint_cursor,
       w.key                            AS checkpoint_key,
       w.updated_at
FROM etl.watermark w;
COMMENT ON VIEW etl.etl_metadata IS 'Extraction state per target table.';

CREATE VIEW etl.sync_watermarks AS
SELECT w.source                         AS source_table,
       w.cursor                         AS last_watermark,
       r.started_at                     AS last_run,
       w.last_status,
       w.last_error,
       w.rows_processed
FROM etl.watermark w
LEFT JOIN etl.run r ON r.run_id = w.last_run_id;
COMMENT ON VIEW etl.sync_watermarks IS 'Watermark and last result per source table.';

CREATE VIEW etl.sync_errors AS
SELECT q.id,
       w.source                         AS source_table,
       w.target                         AS target_table,
       q.payload,
       q.reason                         AS error,
       q.sqlstate,
       q.last_seen                      AS created_at,
       q.status
FROM etl.quarantine q
LEFT JOIN etl.watermark w ON w.pipeline = q.pipeline;
COMMENT ON VIEW etl.sync_errors IS 'Refused rows with their tables.';

CREATE VIEW etl.sync_logs AS
SELECT r.run_id,
       r.pipeline,
       w.source                         AS source_table,
       w.target                         AS target_table,
       r.operation,
       r.mode,
       r.dry_run,
       r.status,
       r.records_processed              AS rows,
       r.error_count,
       r.duration_ms,
       r.rows_per_second,
       r.started_at,
       r.ended_at,
       r.error
FROM etl.run r
LEFT JOIN etl.watermark w ON w.pipeline = r.pipeline;
COMMENT ON VIEW etl.sync_logs IS 'One row per run: table, status, rows, duration.';
