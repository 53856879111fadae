using System.Data.Common;
using System.Globalization;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Sync;
using EtlTools.LocalWarehouse;
using EtlTools.Sandbox.Samples;

namespace EtlTools.Sandbox.Demo;

/// <summary>The demo's source: work orders in the local warehouse, and what happens to them afterwards.</summary>
public sealed class DemoSource(EtlServices services, long seed, DateTimeOffset now)
{
    private const string Script = "db/snowflake/0001_work_orders.sql";
    private const string Schema = "MEDICAL.PUBLIC";
    private const string Changes = $"{Schema}.NOTIFICATION_TEXT_CHANGES";
    private const double ShareOfExtracts = 0.3;

    /// <summary>All generated rows are older; all later changes come after it and before now.</summary>
    private static readonly TimeSpan s_firstChange = TimeSpan.FromMinutes(45);

    private DateTimeOffset _lastChange = now - s_firstChange;

    /// <summary>Work orders there are.</summary>
    public long WorkOrderCount { get; private set; }

    /// <summary>Extracts there are.</summary>
    public long ExtractCount { get; private set; }

    /// <summary>Creates the tables and loads the generated rows.</summary>
    public async Task FillAsync(long rows, IProgress<SyncProgress>? progress, CancellationToken stop)
    {
        var warehouse = await OpenAsync(stop).ConfigureAwait(false);
        await using (warehouse.ConfigureAwait(false))
        {
            foreach (var statement in EmbeddedScripts.Read(Script).Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                await ExecuteAsync(warehouse, statement.TrimEnd(';'), stop).ConfigureAwait(false);
            WorkOrderCount = Load(warehouse, $"{Schema}.{WorkOrders.Table}", WorkOrders.Columns, WorkOrders.Generate(seed, rows, now).Select(order => order.Values), rows, progress, stop);
            ExtractCount = Load(warehouse, $"{Schema}.{AiExtracts.Table}", AiExtracts.Columns, AiExtracts.Generate(seed, rows, ShareOfExtracts, now), (long)(rows * ShareOfExtracts), progress, stop);
        }
    }

    /// <summary>Changes and adds work orders, by a MERGE as a source system would.</summary>
    public async Task ChangeAsync(int changed, int added, CancellationToken stop)
    {
        var until = _lastChange.AddMinutes(15);
        var rows = WorkOrders.Change(seed, WorkOrderCount, changed, added, _lastChange, until).Select(order => order.Values);
        _lastChange = until;
        WorkOrderCount += added;
        var names = WorkOrders.Columns.Select(column => column.Name).ToList();
        var warehouse = await OpenAsync(stop).ConfigureAwait(false);
        await using (warehouse.ConfigureAwait(false))
        {
            await ExecuteAsync(warehouse, $"CREATE TABLE {Changes} ({string.Join(", ", WorkOrders.Columns.Select(column => $"{column.Name} {column.SnowflakeType}"))})", stop).ConfigureAwait(false);
            Load(warehouse, Changes, WorkOrders.Columns, rows, changed + added, null, stop);
            await ExecuteAsync(
                warehouse,
                $"""
                MERGE INTO {Schema}.{WorkOrders.Table} t USING {Changes} c ON t.{names[0]} = c.{names[0]}
                WHEN MATCHED THEN UPDATE SET {string.Join(", ", names.Skip(1).Select(name => $"t.{name} = c.{name}"))}
                WHEN NOT MATCHED THEN INSERT ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select(name => $"c.{name}"))})
                """,
                stop).ConfigureAwait(false);
            await ExecuteAsync(warehouse, $"DROP TABLE {Changes}", stop).ConfigureAwait(false);
        }
    }

    /// <summary>Rows that the next run of a pipeline reads once more because they lie within the lookback of its watermark.</summary>
    public async Task<long> CountWithinLookbackAsync(PipelineDefinition pipeline, Watermark watermark, CancellationToken stop)
    {
        var milliseconds = (long)(pipeline.Lookback.Duration ?? TimeSpan.Zero).TotalMilliseconds;
        var low = $"TO_TIMESTAMP_NTZ('{watermark.Cursor}')";
        var warehouse = await OpenAsync(stop).ConfigureAwait(false);
        await using (warehouse.ConfigureAwait(false))
        {
            using var command = warehouse.CreateCommand();
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT COUNT(*) FROM {pipeline.Source} WHERE {pipeline.WatermarkColumn} >= DATEADD('millisecond', {-milliseconds}, {low}) AND {pipeline.WatermarkColumn} <= {low}");
            return Convert.ToInt64(await command.ExecuteScalarAsync(stop).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }

    // Its bulk load is the local warehouse's own; there is none in Snowflake.
    private async Task<LocalWarehouseConnection> OpenAsync(CancellationToken stop)
    {
        var settings = services.Settings.Snowflake!;
        var parts = new DbConnectionStringBuilder { ["account"] = settings.Account, ["postgres"] = settings.LocalPostgres, ["user"] = settings.User };
        var connection = new LocalWarehouseConnection(parts.ConnectionString);
        try
        {
            await connection.OpenAsync(stop).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (failure is DbException) stop.ThrowIfCancellationRequested();
            throw;
        }
    }

    private long Load(
        LocalWarehouseConnection warehouse, string table, IReadOnlyList<SampleColumn> columns, IEnumerable<string?[]> rows, long expected,
        IProgress<SyncProgress>? progress, CancellationToken stop)
    {
        var started = services.Time.GetTimestamp();
        using var load = warehouse.BeginBulkLoad(table, [.. columns.Select(column => column.Name)]);
        long count = 0;
        foreach (var row in rows)
        {
            load.WriteRow(row);
            if (++count % 1000 != 0) continue;
            stop.ThrowIfCancellationRequested();
            Report(SyncPhase.Moving);
        }

        load.Complete();
        Report(SyncPhase.Ended);
        return count;

        void Report(SyncPhase phase) => progress?.Report(
            new SyncProgress($"filling {table}", phase, Math.Max(expected, count), new RowCounts(count, count, 0, 0, 0, 0), services.Time.GetElapsedTime(started)));
    }

    private static async Task ExecuteAsync(DbConnection connection, string statement, CancellationToken stop)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        try
        {
            await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        }
        catch (DbException) when (stop.IsCancellationRequested)
        {
            // A statement that is cancelled fails as any other does.
            throw new OperationCanceledException(stop);
        }
    }
}
