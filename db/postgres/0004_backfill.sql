-- Backfills: a plan, its partitions, and who works on them. A worker claims a partition; its rows and its checkpoint commit together.

CREATE TABLE etl.backfill (
    backfill_id      uuid PRIMARY KEY,
    name             text NOT NULL,
    pipeline         text NOT NULL,
    source           text NOT NULL,
    target           text NOT NULL,
    cursor_column    text,
    method           text NOT NULL CHECK (method IN ('stream', 'unload')),
    parameters       jsonb NOT NULL,
    low              text,
    high             text,
    batch_size       int NOT NULL,
    partition_count  int NOT NULL,
    target_was_empty boolean NOT NULL,
    put_off_indexes  jsonb NOT NULL DEFAULT '[]',
    estimate_rows    bigint NOT NULL,
    estimate_bytes   bigint NOT NULL,
    estimate_files   int NOT NULL,
    estimate_seconds double precision,
    null_cursors     bigint NOT NULL DEFAULT 0,
    status           text NOT NULL CHECK (status IN ('running', 'stopped', 'failed', 'cancelled', 'done', 'quarantined', 'replaced')),
    cancel_requested boolean NOT NULL DEFAULT false,
    error_code       text,
    error            text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    created_by       text NOT NULL,
    started_at       timestamptz,
    finished_at      timestamptz,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    tool_version     text NOT NULL
);
CREATE UNIQUE INDEX backfill_unfinished ON etl.backfill (name) WHERE status NOT IN ('done', 'quarantined', 'replaced');
CREATE INDEX backfill_newest ON etl.backfill (name, created_at DESC);
COMMENT ON TABLE etl.backfill IS 'One row per plan of a backfill. Of one name at most one is unfinished: the one that a new start goes on with.';
COMMENT ON COLUMN etl.backfill.parameters IS 'What the user asked for when the plan was made; a resume that asks for something else is refused.';
COMMENT ON COLUMN etl.backfill.low IS 'First cursor value of the range, inclusive; NULL from the beginning.';
COMMENT ON COLUMN etl.backfill.high IS 'Last cursor value of the range, inclusive; NULL where the pipeline has no cursor.';
COMMENT ON COLUMN etl.backfill.put_off_indexes IS 'Names and definitions of indexes that were dropped from the empty target and are built again at the end.';
COMMENT ON COLUMN etl.backfill.estimate_bytes IS 'Bytes of the rows as text, before compression.';
COMMENT ON COLUMN etl.backfill.estimate_seconds IS 'From the rate of earlier runs of this pipeline; NULL when there was none.';
COMMENT ON COLUMN etl.backfill.status IS 'running: workers may be at it, see etl.partition.heartbeat_at; stopped, failed, cancelled: goes on when started again; done, quarantined: finished; replaced: given up for a new plan.';

CREATE TABLE etl.partition (
    backfill_id   uuid NOT NULL REFERENCES etl.backfill ON DELETE CASCADE,
    number        int NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('range', 'hash', 'null')),
    low           text,
    low_inclusive boolean NOT NULL,
    high          text,
    bucket        int,
    buckets       int,
    estimate_rows bigint NOT NULL,
    status        text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'parked')),
    fence         bigint NOT NULL DEFAULT 0,
    run_id        uuid,
    worker        text,
    attempts      int NOT NULL DEFAULT 0,
    failures      int NOT NULL DEFAULT 0,
    not_before    timestamptz NOT NULL DEFAULT '-infinity',
    started_at    timestamptz,
    finished_at   timestamptz,
    heartbeat_at  timestamptz,
    checkpoint    text,
    files         jsonb,
    files_done    int NOT NULL DEFAULT 0,
    file_rows     bigint NOT NULL DEFAULT 0,
    batches       int NOT NULL DEFAULT 0,
    records_read  bigint NOT NULL DEFAULT 0,
    inserted      bigint NOT NULL DEFAULT 0,
    updated       bigint NOT NULL DEFAULT 0,
    unchanged     bigint NOT NULL DEFAULT 0,
    superseded    bigint NOT NULL DEFAULT 0,
    quarantined   bigint NOT NULL DEFAULT 0,
    dropped       bigint NOT NULL DEFAULT 0,
    bytes         bigint NOT NULL DEFAULT 0,
    error_code    text,
    error         text,
    PRIMARY KEY (backfill_id, number)
);
COMMENT ON TABLE etl.partition IS 'One part of a backfill: a range of the cursor, a share of the keys, or the rows without a cursor.';
COMMENT ON COLUMN etl.partition.bucket IS 'Which share of the keys, from 0, of so many as buckets says; NULL where keys do not matter.';
COMMENT ON COLUMN etl.partition.fence IS 'Grows with every claim; a write names its own and must touch one row.';
COMMENT ON COLUMN etl.partition.attempts IS 'How often it was claimed.';
COMMENT ON COLUMN etl.partition.failures IS 'Failed attempts since the last batch that was committed; too many park it.';
COMMENT ON COLUMN etl.partition.checkpoint IS 'Cursor (or first key column) text of the last row committed; reading goes on there, inclusively.';
COMMENT ON COLUMN etl.partition.files IS 'Unloaded files: where they lie on the stage, each with name, rows and bytes.';
COMMENT ON COLUMN etl.partition.file_rows IS 'Rows committed of the file behind the last finished one.';
COMMENT ON COLUMN etl.partition.superseded IS 'Rows of which the target, or the same batch, had a newer version.';
COMMENT ON COLUMN etl.partition.error IS 'Why the last attempt failed; NULL once a later one got further.';

ALTER TABLE etl.run ADD COLUMN backfill_id uuid, ADD COLUMN heartbeat_at timestamptz;
COMMENT ON COLUMN etl.run.backfill_id IS 'The backfill that this run took part in: one run per process.';
COMMENT ON COLUMN etl.run.heartbeat_at IS 'Last sign of life of a process that takes part in a backfill.';

ALTER TABLE etl.batch ADD COLUMN backfill_id uuid, ADD COLUMN partition_number int, ADD COLUMN bytes bigint;
CREATE INDEX batch_of_backfill ON etl.batch (backfill_id, committed_at) WHERE backfill_id IS NOT NULL;
COMMENT ON COLUMN etl.batch.backfill_id IS 'The backfill a batch belongs to; NULL for a sync''s.';

CREATE VIEW etl.backfill_progress AS
SELECT b.backfill_id, b.name, b.pipeline, b.source, b.target, b.method, b.status, b.created_at, b.started_at, b.finished_at,
       b.estimate_rows,
       sum(p.records_read)                              AS records_read,
       sum(p.inserted)                                  AS inserted,
       sum(p.updated)                                   AS updated,
       sum(p.unchanged)                                 AS unchanged,
       sum(p.superseded)                                AS superseded,
       sum(p.quarantined)                               AS quarantined,
       count(*)                                         AS partitions,
       count(*) FILTER (WHERE p.status = 'done')        AS partitions_done,
       count(*) FILTER (WHERE p.status = 'running')     AS partitions_running,
       count(*) FILTER (WHERE p.status = 'parked')      AS partitions_parked,
       max(p.heartbeat_at)                              AS heartbeat_at
FROM etl.backfill b JOIN etl.partition p USING (backfill_id)
GROUP BY b.backfill_id;
COMMENT ON VIEW etl.backfill_progress IS 'How far each backfill has come.';
