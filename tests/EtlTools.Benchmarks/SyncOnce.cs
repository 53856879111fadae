using System.Diagnostics;
using System.Text.Json;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Sync;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.Benchmarks;

/// <summary>One sync in a process of its own, so that its peak memory is its own. Prints a line of JSON.</summary>
internal static class SyncOnce
{
    public static async Task<int> RunAsync(string job)
    {
        var parts = JsonSerializer.Deserialize<SyncJob>(job)!;
        var settings = new EtlSettings
        {
            Snowflake = new SnowflakeSettings { Account = "local", LocalPostgres = parts.Warehouse, User = "benchmark" },
            Postgres = new PostgresSettings { ConnectionString = parts.Target },
        };
        await using var services = new EtlServices(settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        var result = await new TableSync(services).RunAsync(parts.Pipeline(), new SyncOptions(), null, CancellationToken.None);
        watch.Stop();
        if (result.Error is not null) Console.Error.WriteLine(result.Error);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new SyncMeasurement(
            result.Run.Status, watch.Elapsed.TotalSeconds, self.PeakWorkingSet64 / 1048576.0, result.Run.Counts.Read, result.Run.Counts.Inserted, result.Run.Counts.Updated)));
        return result.Error is null ? 0 : 1;
    }
}

/// <summary>What is synced.</summary>
internal sealed record SyncJob(string Warehouse, string Target, int BatchSize)
{
    public PipelineDefinition Pipeline() => new()
    {
        Name = "benchmark",
        Direction = SyncDirection.SnowflakeToPostgres,
        Source = "SRC.PUBLIC.ORDERS",
        Target = "public.orders",
        Key = ["notification_id"],
        WatermarkColumn = "UPDATED_AT",
        BatchSize = BatchSize,
        MaxErrors = new ErrorLimit(0, null),
        Lookback = CursorDistance.None,
        Settle = TimeSpan.Zero,
    };
}

/// <summary>What came of it.</summary>
internal sealed record SyncMeasurement(string Status, double Seconds, double PeakMegabytes, long Read, long Inserted, long Updated)
{
    /// <summary>Seconds of processor time of the process, its start included; 0 where nobody asked.</summary>
    public double CpuSeconds { get; init; }
}
