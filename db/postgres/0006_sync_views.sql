-- The views under the names others know: a table whose last run failed has the status error, and tables that do not fit stand among the errors.

CREATE OR REPLACE VIEW etl.sync_watermarks AS
SELECT w.source                         AS source_table,
       w.cursor                         AS last_watermark,
       r.started_at                     AS last_run,
       CASE w.last_status WHEN 'failed' THEN 'error' ELSE w.last_status END AS last_status,
       w.last_error,
       w.rows_processed
FROM etl.watermark w
LEFT JOIN etl.run r ON r.run_id = w.last_run_id;
COMMENT ON VIEW etl.sync_watermarks IS 'Watermark and last result per source table; etl.watermark says failed where this says error.';

CREATE OR REPLACE VIEW etl.sync_errors AS
SELECT q.id,
       w.source                         AS source_table,
       w.target                         AS target_table,
       q.payload,
       q.reason                         AS error,
       q.sqlstate,
       q.last_seen                      AS created_at,
       q.status
FROM etl.quarantine q
LEFT JOIN etl.watermark w ON w.pipeline = q.pipeline
UNION ALL
SELECT NULL,
       w.source,
       w.target,
       NULL,
       r.error,
       NULL,
       r.ended_at,
       'open'
FROM etl.watermark w
JOIN etl.run r ON r.run_id = w.last_run_id
WHERE r.status = 'failed' AND r.error_code = 'ETL-DRIFT';
COMMENT ON VIEW etl.sync_errors IS 'Refused rows with their tables, and, without id and payload, tables that did not fit each other in their last run.';
