-- Rows that a user's transform left out are counted, so that the figures of a run still add up.

ALTER TABLE etl.run ADD COLUMN dropped bigint NOT NULL DEFAULT 0;
ALTER TABLE etl.batch ADD COLUMN dropped bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN etl.run.dropped IS 'Rows that the run''s transform left out.';
COMMENT ON COLUMN etl.run.records_processed IS 'inserted + updated + unchanged + superseded; records_read is this plus quarantined and dropped.';
