using EtlTools.Core.Errors;
using EtlTools.Core.Report;
using EtlTools.Core.State;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Telemetry;
using EtlTools.Core.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Report;

/// <summary>A report of what is really in the state tables.</summary>
[Collection(StateDatabaseGroup.Name)]
public sealed class BackfillReportQueryTests(StateDatabase databases)
{
    private const string Plan =
        """
        INSERT INTO etl.backfill (backfill_id, name, pipeline, source, target, cursor_column, method, parameters, low, high, batch_size, partition_count,
            target_was_empty, estimate_rows, estimate_bytes, estimate_files, estimate_seconds, null_cursors, status, error_code, error, created_at, created_by, started_at,
            finished_at, tool_version)
        VALUES ('00000000-0000-0000-0000-00000000000b', 'history', 'orders', 'DB.S.ORDERS', 'public.orders', 'UPDATED_AT', 'stream', '{"Key":["id"],"Columns":["id"]}',
            NULL, '2024-02-01', 100, 3, true, 700, 7000, 0, 60, 2, 'failed', 'ETL-CONNECTION', 'postgres://u:hunter22@h was away', '2026-01-01 00:00:00Z', 'etl-1, process 1',
            '2026-01-01 00:00:10Z', '2026-01-01 01:00:10Z', '0.1.0');
        INSERT INTO etl.partition (backfill_id, number, kind, low, low_inclusive, high, bucket, estimate_rows, status, run_id, worker, attempts, started_at, finished_at, heartbeat_at,
            batches, records_read, inserted, updated, unchanged, superseded, quarantined, dropped, bytes, error_code, error)
        VALUES
            ('00000000-0000-0000-0000-00000000000b', 1, 'range', NULL, true, '2024-01-01', NULL, 300, 'done', '00000000-0000-0000-0000-000000000001', 'etl-1, process 1, worker 1', 1,
             '2026-01-01 00:00:10Z', '2026-01-01 00:00:40Z', '2026-01-01 00:00:40Z', 3, 300, 200, 50, 30, 5, 10, 5, 3000, NULL, NULL),
            ('00000000-0000-0000-0000-00000000000b', 2, 'range', '2024-01-01T00:00:00.000000000', false, '2024-02-01', NULL, 300, 'parked', '00000000-0000-0000-0000-000000000002', 'etl-2, process 2, worker 1', 5,
             '2026-01-01 00:00:12Z', NULL, '2026-01-01 01:00:00Z', 1, 100, 98, 0, 0, 0, 2, 0, 1000, 'ETL-CONNECTION', 'password=hunter22 was refused'),
            ('00000000-0000-0000-0000-00000000000b', 3, 'null', NULL, true, NULL, NULL, 100, 'waiting', NULL, NULL, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL);
        INSERT INTO etl.run (run_id, pipeline, operation, mode, direction, dry_run, status, started_at, ended_at, host, pid, tool_version, backfill_id, heartbeat_at)
        VALUES
            ('00000000-0000-0000-0000-000000000001', 'orders', 'backfill', 'full', 'snowflake_to_postgres', false, 'done', '2026-01-01 00:00:10Z', '2026-01-01 00:01:00Z', 'etl-1', 1, '0.1.0',
             '00000000-0000-0000-0000-00000000000b', '2026-01-01 00:01:00Z'),
            ('00000000-0000-0000-0000-000000000002', 'orders', 'backfill', 'full', 'snowflake_to_postgres', false, 'abandoned', '2026-01-01 00:59:00Z', '2026-01-01 09:00:00Z', 'etl-2', 2, '0.1.0',
             '00000000-0000-0000-0000-00000000000b', '2026-01-01 01:00:00Z'),
            ('00000000-0000-0000-0000-000000000003', 'orders', 'sync', 'incremental', 'snowflake_to_postgres', false, 'done', '2026-01-01 00:00:00Z', '2026-01-01 09:00:00Z', 'etl-3', 3, '0.1.0', NULL, NULL);
        INSERT INTO etl.batch (run_id, seq, pipeline, fence, records_read, quarantined, committed_at, backfill_id, partition_number, bytes)
        VALUES
            ('00000000-0000-0000-0000-000000000001', 1, 'orders', 1, 100, 5, '2026-01-01 00:00:20Z', '00000000-0000-0000-0000-00000000000b', 1, 1000),
            ('00000000-0000-0000-0000-000000000001', 2, 'orders', 1, 100, 5, '2026-01-01 00:00:30Z', '00000000-0000-0000-0000-00000000000b', 1, 1000),
            ('00000000-0000-0000-0000-000000000001', 3, 'orders', 1, 100, 0, '2026-01-01 00:00:40Z', '00000000-0000-0000-0000-00000000000b', 1, 1000),
            ('00000000-0000-0000-0000-000000000002', 1, 'orders', 1, 100, 2, '2026-01-01 00:59:50Z', '00000000-0000-0000-0000-00000000000b', 2, 1000),
            ('00000000-0000-0000-0000-000000000003', 1, 'orders', 1, 999, 0, '2026-01-01 00:00:20Z', NULL, NULL, NULL);
        INSERT INTO etl.quarantine (pipeline, run_id, key_text, payload, reason, sqlstate, column_name, status)
        SELECT 'orders', '00000000-0000-0000-0000-000000000001'::uuid, 'a' || i, '{"name":"Mrs Ada Lovelace"}'::json, 'invalid input syntax for type integer: "Mrs Ada Lovelace"', '22P02', 'amount',
               CASE WHEN i <= 4 THEN 'resolved' ELSE 'open' END FROM generate_series(1, 10) i
        UNION ALL SELECT 'orders', '00000000-0000-0000-0000-000000000002', 'b' || i, '{}', 'Mrs Ada Lovelace', NULL, NULL, 'open' FROM generate_series(1, 2) i
        UNION ALL SELECT 'orders', '00000000-0000-0000-0000-000000000003', 'c' || i, '{}', 'of a sync', '23505', 'id', 'open' FROM generate_series(1, 50) i;
        """;

    [Fact]
    public async Task It_holds_what_the_tables_hold_of_this_plan_and_no_other()
    {
        await using var database = await WithAsync(Plan);
        var report = await ReadAsync(database, "history");

        Assert.Equal(("history", "orders", "DB.S.ORDERS", "public.orders", "stream", "failed"), (report.Name, report.Pipeline, report.Source, report.Target, report.Method, report.Status));
        Assert.Equal(new RowCounts(400, 298, 50, 30, 5, 12, 5), report.Counts);
        Assert.True(ReportFacts.AddsUp(report));
        Assert.Equal((4000, 4, 700, 2, 60_000), (report.Bytes, report.Batches, report.EstimateRows, report.NullCursors, report.EstimateMs));
        // An hour, of which the first process was at work for 50 s and the second for 60.
        Assert.Equal((3_600_000, 110_000), (report.DurationMs, report.BusyMs));
        Assert.Equal(400 / 110.0, report.RowsPerSecond!.Value, 1e-9);
        Assert.Equal(
            [(1, "from the beginning to 2024-01-01", "done", 30_000L), (2, "after 2024-01-01T00:00:00 to 2024-02-01", "parked", 3_588_000L), (3, "rows without a cursor value", "waiting", null)],
            report.Partitions.Select(part => (part.Number, part.Range, part.Status, part.DurationMs)));
        Assert.Equal(400, report.Throughput.Sum(slice => slice.Rows), 1e-6);
        Assert.Equal([("22P02", "amount", 10L, 6L), (null, null, 2L, 2L)], report.Errors.Select(error => (error.SqlState, error.Column, error.Rows, error.Open)));
        Assert.Equal([("etl-1", 1, "done", 300L), ("etl-2", 2, "abandoned", 100L)], report.Workers.Select(worker => (worker.Host, worker.Pid, worker.Status, worker.Rows)));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero), report.Workers[1].SeenAt);
    }

    [Theory]
    [InlineData(ReportFormat.Text)]
    [InlineData(ReportFormat.Json)]
    [InlineData(ReportFormat.Html)]
    public async Task No_format_shows_a_row_or_a_secret(ReportFormat format)
    {
        await using var database = await WithAsync(Plan);
        var text = (await ReadAsync(database, "history")).Render(format);
        Assert.Contains("was refused", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Lovelace", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_it_runs_time_goes_to_the_last_sign_of_life()
    {
        await using var database = await WithAsync(Plan + "UPDATE etl.backfill SET status = 'running', finished_at = NULL, error = NULL, error_code = NULL");
        var report = await ReadAsync(database, "history");
        Assert.Null(report.FinishedAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero), report.SeenAt);
        Assert.Contains("Last seen    2026-01-01 01:00:00Z", report.Render(ReportFormat.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_nobody_has_begun_has_a_report_too()
    {
        await using var database = await WithAsync(
            Plan + "UPDATE etl.backfill SET started_at = NULL, finished_at = NULL; UPDATE etl.partition SET started_at = NULL, finished_at = NULL, heartbeat_at = NULL, records_read = 0, inserted = 0, updated = 0, unchanged = 0, superseded = 0, quarantined = 0, dropped = 0; DELETE FROM etl.batch; DELETE FROM etl.quarantine; DELETE FROM etl.run");
        var report = await ReadAsync(database, "history");
        Assert.Equal((null, null, null, null), (report.SeenAt, report.DurationMs, report.BusyMs, report.RowsPerSecond));
        Assert.Empty(report.Throughput);
        foreach (var format in Enum.GetValues<ReportFormat>()) Assert.NotEmpty(report.Render(format));
    }

    [Fact]
    public async Task Of_several_plans_of_a_name_the_unfinished_one_is_meant()
    {
        await using var database = await WithAsync(Plan);
        await database.ScalarAsync(
            "INSERT INTO etl.backfill (backfill_id, name, pipeline, source, target, method, parameters, batch_size, partition_count, target_was_empty, estimate_rows, estimate_bytes, estimate_files, status, created_at, created_by, tool_version) "
            + "SELECT '00000000-0000-0000-0000-00000000000c', name, pipeline, source, target, method, parameters, batch_size, 0, false, 0, 0, 0, 'done', created_at + interval '1 day', created_by, tool_version FROM etl.backfill");
        Assert.Equal("00000000-0000-0000-0000-00000000000b", (await ReadAsync(database, "history")).Id.ToString());
    }

    [Fact]
    public async Task A_name_that_is_not_known_is_a_wrong_argument_with_a_hint()
    {
        await using var database = await WithAsync(Plan);
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync(database, "histroy"));
        Assert.Equal("There is no backfill 'histroy'. Did you mean 'history'?", refusal.Message);
        Assert.Equal("Known are: history.", refusal.Remedy);
    }

    private static async Task<BackfillReport> ReadAsync(NpgsqlDataSource database, string name)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await BackfillReportQuery.ReadAsync(connection, name, new SecretScrubber(), TimeProvider.System, CancellationToken.None);
    }

    private async Task<NpgsqlDataSource> WithAsync(string sql)
    {
        var database = await databases.NewAsync();
        await new PostgresMigrator(database, NullLogger.Instance).ApplyAsync();
        await database.ScalarAsync(sql);
        return database;
    }
}
