using System.Diagnostics;
using System.Text.Json;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Sync;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.Benchmarks;

/// <summary>One sync to Snowflake in a process of its own, so that its peak memory is its own. Prints a line of JSON.</summary>
internal static class OutboundOnce
{
    public static async Task<int> RunAsync(string job)
    {
        var parts = JsonSerializer.Deserialize<OutboundJob>(job)!;
        var work = Directory.CreateTempSubdirectory("etl-bench-work-");
        var settings = new EtlSettings
        {
            Snowflake = new SnowflakeSettings { Account = "local", LocalPostgres = parts.Warehouse, User = "benchmark" },
            Postgres = new PostgresSettings { ConnectionString = parts.Source },
            WorkDirectory = work.FullName,
        };
        await using var services = new EtlServices(settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
        using var sizes = new FolderSizes(work.FullName);
        var watch = Stopwatch.StartNew();
        var result = await new TableSync(services).RunAsync(parts.Pipeline(), new SyncOptions(), null, CancellationToken.None);
        watch.Stop();
        if (result.Error is not null) Console.Error.WriteLine(result.Error);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new OutboundMeasurement(watch.Elapsed.TotalSeconds, self.PeakWorkingSet64 / 1048576.0, result.Run.Counts.Read, sizes.Bytes / 1048576.0)));
        work.Delete(recursive: true);
        return result.Error is null ? 0 : 1;
    }

    /// <summary>Adds up the sizes of the files that get their final name in a folder.</summary>
    private sealed class FolderSizes : IDisposable
    {
        private readonly FileSystemWatcher _watcher;
        private long _bytes;

        public FolderSizes(string folder)
        {
            _watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, EnableRaisingEvents = true };
            _watcher.Renamed += (_, file) =>
            {
                if (new FileInfo(file.FullPath) is { Exists: true } written) Interlocked.Add(ref _bytes, written.Length);
            };
        }

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Dispose() => _watcher.Dispose();
    }
}

/// <summary>What is synced.</summary>
internal sealed record OutboundJob(string Warehouse, string Source, StageFileFormat Format, WriteMode Mode)
{
    public PipelineDefinition Pipeline() => new()
    {
        Name = "benchmark",
        Direction = SyncDirection.PostgresToSnowflake,
        Source = "public.orders",
        Target = "RAW.PUBLIC.ORDERS",
        Key = ["order_id"],
        WatermarkColumn = "updated_at",
        WriteMode = Mode,
        Files = new StageFiles(Format, null, null),
        BatchSize = 10_000,
        MaxErrors = new ErrorLimit(0, null),
        Lookback = CursorDistance.None,
        Settle = TimeSpan.Zero,
    };
}

/// <summary>What came of it.</summary>
internal sealed record OutboundMeasurement(double Seconds, double PeakMegabytes, long Read, double FileMegabytes);
