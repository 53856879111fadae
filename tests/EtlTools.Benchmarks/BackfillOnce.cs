using System.Diagnostics;
using System.Text.Json;
using EtlTools.Core;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.Benchmarks;

/// <summary>One backfill in a process of its own, so that its peak memory is its own. Prints a line of JSON.</summary>
internal static class BackfillOnce
{
    public static async Task<int> RunAsync(string job)
    {
        var parts = JsonSerializer.Deserialize<BackfillJob>(job)!;
        var folder = Directory.CreateTempSubdirectory("etl-benchmark-").FullName;
        try
        {
            var settings = new EtlSettings
            {
                Snowflake = new SnowflakeSettings { Account = "local", LocalPostgres = parts.Warehouse, LocalStages = Path.Combine(folder, "stages"), User = "benchmark" },
                Postgres = new PostgresSettings { ConnectionString = parts.Target },
                WorkDirectory = Path.Combine(folder, "work"),
            };
            await using var services = new EtlServices(settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
            var pipeline = new SyncJob(parts.Warehouse, parts.Target, 10_000).Pipeline();
            var watch = Stopwatch.StartNew();
            var result = await new BackfillRunner(services).RunAsync(
                pipeline, new BackfillOptions { Method = parts.Method, Parallel = parts.Workers }, null, CancellationToken.None);
            watch.Stop();
            if (result.Error is not null) Console.Error.WriteLine(result.Error);
            using var self = Process.GetCurrentProcess();
            var counts = result.Run!.Counts;
            Console.WriteLine(JsonSerializer.Serialize(
                new SyncMeasurement(result.Run.Status, watch.Elapsed.TotalSeconds, self.PeakWorkingSet64 / 1048576.0, counts.Read, counts.Inserted, counts.Updated)
                {
                    CpuSeconds = self.TotalProcessorTime.TotalSeconds,
                }));
            return result.Error is null ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>What is loaded and how.</summary>
internal sealed record BackfillJob(string Warehouse, string Target, string Method, int Workers);
