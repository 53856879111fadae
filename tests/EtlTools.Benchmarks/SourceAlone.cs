using System.Diagnostics;
using EtlTools.Core;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.Benchmarks;

/// <summary>The statement that unloads the whole table as one partition, and nothing else.</summary>
internal static class SourceAlone
{
    /// <returns>Seconds.</returns>
    public static async Task<double> RunAsync(string warehouse, string target)
    {
        var folder = Directory.CreateTempSubdirectory("etl-benchmark-").FullName;
        try
        {
            var settings = new EtlSettings
            {
                Snowflake = new SnowflakeSettings { Account = "local", LocalPostgres = warehouse, LocalStages = folder, User = "benchmark" },
                Postgres = new PostgresSettings { ConnectionString = target },
            };
            await using var services = new EtlServices(settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
            var pipeline = new SyncJob(warehouse, target, 10_000).Pipeline();
            var tables = await BackfillTables.FindAsync(new TablePlanner(services, pipeline, "benchmark"), pipeline, CancellationToken.None);
            var everything = new BackfillPartition { Number = 1, Kind = PartitionKind.Range, IsLowInclusive = true, EstimateRows = 0, Status = PartitionStatus.Waiting };
            var sql = new UnloadSql(tables, pipeline.FineTime).Unload(new SnowflakeStage("@~/benchmark"), everything);
            await using var connection = await services.Snowflake.OpenAsync("benchmark", CancellationToken.None);
            var watch = Stopwatch.StartNew();
            await BenchmarkTables.ExecuteAsync(connection, sql);
            return watch.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
