-- How far a run has come while it is still going, for whoever looks from another process. Written every two seconds, beside the run's work.

ALTER TABLE etl.run ADD COLUMN rows_so_far bigint, ADD COLUMN rows_expected bigint, ADD COLUMN refused_so_far bigint;
COMMENT ON COLUMN etl.run.rows_so_far IS 'Rows read and written up to heartbeat_at, while it runs; afterwards records_read and its neighbours count. NULL before the first two seconds.';
COMMENT ON COLUMN etl.run.rows_expected IS 'Rows the run expects to read; NULL while unknown.';
COMMENT ON COLUMN etl.run.refused_so_far IS 'Rows put into quarantine up to heartbeat_at.';
COMMENT ON COLUMN etl.run.heartbeat_at IS 'Last sign of life of a process at work; NULL for a run of less than two seconds.';

CREATE INDEX run_at_work ON etl.run (started_at) WHERE status = 'running';
