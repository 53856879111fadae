using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EtlTools.Core.State.Migrations;
using EtlTools.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

using static EtlTools.Benchmarks.BenchmarkTables;

namespace EtlTools.Benchmarks;

/// <summary>
/// Snowflake → PostgreSQL: a first load, then 10 % changed rows, each beside the raw chain on the same server. Both targets have one
/// index, the key's. Before each measurement the tables are made anew and the server writes its checkpoint.
/// </summary>
internal static class SyncBenchmark
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        await using var sandbox = await SandboxPostgres.StartAsync(
            new SandboxOptions { ServerDsn = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") });
        Console.WriteLine($"server: {sandbox.Description}; {Columns.Length} columns; {Environment.ProcessorCount} cores; median of {arguments.Repeat}");
        Console.WriteLine($"{"rows",10} {"step",-12} {"raw chain s",12} {"etl sync s",12} {"ratio",7} {"rows/s",10} {"peak MB",8}");
        foreach (var rows in arguments.Rows) await MeasureAsync(sandbox, rows, arguments.Repeat);
        return 0;
    }

    private static async Task MeasureAsync(SandboxPostgres sandbox, int rows, int repeat)
    {
        var warehouse = await sandbox.CreateDatabaseAsync($"bench_source_{rows}");
        var target = await sandbox.CreateDatabaseAsync($"bench_target_{rows}");
        await FillAsync(warehouse, rows);
        await using var data = NpgsqlDataSource.Create(target);
        await new PostgresMigrator(data, NullLogger.Instance).ApplyAsync();
        var physical = await PhysicalTableAsync(warehouse);
        var raw = new RawChain(sandbox.PsqlPath!, warehouse, target, physical, ColumnList, "raw_orders");

        var first = new List<(double Raw, SyncMeasurement Ours)>();
        var again = new List<(double Raw, SyncMeasurement Ours)>();
        for (var round = 0; round < repeat; round++)
        {
            await ResetAsync(data);
            await SettleAsync(warehouse, data);
            var rawFirst = raw.Run("true");
            await SettleAsync(warehouse, data);
            first.Add((rawFirst, Once(warehouse, target)));

            var watermark = await ScalarAsync(warehouse, $"SELECT max(updated_at)::text FROM {physical}");
            await ChangeAsync(warehouse);
            await SettleAsync(warehouse, data);
            var rawAgain = raw.Run($"updated_at > '{watermark}'");
            await SettleAsync(warehouse, data);
            again.Add((rawAgain, Once(warehouse, target)));
            await EnsureEqualAsync(data);
        }

        Print(rows, "first load", first);
        Print(rows, "10 % updates", again);
    }

    private static async Task ChangeAsync(string warehouse)
    {
        await using var connection = await OpenAsync(warehouse);
        await ExecuteAsync(connection, "USE SCHEMA SRC.PUBLIC");
        await ExecuteAsync(
            connection,
            "UPDATE ORDERS SET NOTI_TEXT = NOTI_TEXT || '.', UPDATED_AT = SYSDATE() WHERE ENDSWITH(NOTIFICATION_ID, '7')");
    }

    private static SyncMeasurement Once(string warehouse, string target)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add("sync-once");
        start.ArgumentList.Add(JsonSerializer.Serialize(new SyncJob(warehouse, target, 10_000)));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<SyncMeasurement>(output)!
            : throw new InvalidOperationException($"the sync failed: {output}");
    }

    private static void Print(int rows, string step, List<(double Raw, SyncMeasurement Ours)> rounds)
    {
        var raw = Median(rounds.Select(round => round.Raw));
        var ours = Median(rounds.Select(round => round.Ours.Seconds));
        var peak = rounds.Max(round => round.Ours.PeakMegabytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows,10} {step,-12} {raw,12:0.00} {ours,12:0.00} {ours / raw,7:0.00} {rounds[0].Ours.Read / ours,10:0} {peak,8:0}"));
    }
}
