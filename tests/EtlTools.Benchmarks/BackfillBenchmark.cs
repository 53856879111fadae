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
/// Loads an empty target by both methods with 1, 2 and 4 workers, beside the raw chain and, where Python has psycopg2, a plain script that
/// upserts with execute_values, which is what such jobs are usually written as.
/// </summary>
internal static class BackfillBenchmark
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        await using var sandbox = await SandboxPostgres.StartAsync(new SandboxOptions { ServerDsn = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") });
        Console.WriteLine($"server: {sandbox.Description}; {Columns.Length} columns; {Environment.ProcessorCount} cores; median of {arguments.Repeat}");
        Console.WriteLine($"{"rows",10} {"what",-18} {"seconds",9} {"of raw",7} {"rows/s",10} {"peak MB",8}");
        foreach (var rows in arguments.Rows) await MeasureAsync(sandbox, rows, arguments.Repeat);
        return 0;
    }

    private static async Task MeasureAsync(SandboxPostgres sandbox, int rows, int repeat)
    {
        var warehouse = await sandbox.CreateDatabaseAsync($"backfill_source_{rows}");
        var target = await sandbox.CreateDatabaseAsync($"backfill_target_{rows}");
        await FillAsync(warehouse, rows);
        await using var data = NpgsqlDataSource.Create(target);
        await new PostgresMigrator(data, NullLogger.Instance).ApplyAsync();
        var physical = await PhysicalTableAsync(warehouse);
        var chain = new RawChain(sandbox.PsqlPath!, warehouse, target, physical, ColumnList, "raw_orders");
        var raw = new List<double>();
        for (var round = 0; round < repeat; round++)
        {
            await ResetAsync(data);
            await SettleAsync(warehouse, data);
            raw.Add(chain.Run("true"));
        }

        var baseline = Median(raw);
        Print(rows, "raw chain", baseline, baseline, null);
        if (PsycopgScript.IsThere)
        {
            await ResetAsync(data);
            await SettleAsync(warehouse, data);
            Print(rows, "execute_values", PsycopgScript.Run(warehouse, target, physical), baseline, null);
        }
        else
        {
            Console.WriteLine($"{rows,10} {"execute_values",-18} python3 with psycopg2 is not there");
        }

        foreach (var method in (string[])["stream", "unload"])
        {
            foreach (var workers in (int[])[1, 2, 4])
            {
                var rounds = new List<SyncMeasurement>();
                for (var round = 0; round < repeat; round++)
                {
                    await ResetAsync(data);
                    await SettleAsync(warehouse, data);
                    rounds.Add(Once(new BackfillJob(warehouse, target, method, workers)));
                    await EnsureWholeAsync(data, rows);
                }

                Print(rows, $"{method}, {workers} workers", Median(rounds.Select(round => round.Seconds)), baseline, rounds.Max(round => round.PeakMegabytes));
            }
        }
    }

    private static async Task EnsureWholeAsync(NpgsqlDataSource data, int rows)
    {
        await using var command = data.CreateCommand("SELECT count(*) FROM orders");
        if ((long)(await command.ExecuteScalarAsync())! != rows) throw new InvalidOperationException("rows are missing in the target");
    }

    private static SyncMeasurement Once(BackfillJob job)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add("backfill-once");
        start.ArgumentList.Add(JsonSerializer.Serialize(job));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<SyncMeasurement>(output)! : throw new InvalidOperationException($"the backfill failed: {output}");
    }

    private static void Print(int rows, string what, double seconds, double baseline, double? peak) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{rows,10} {what,-18} {seconds,9:0.00} {seconds / baseline,7:0.00} {rows / seconds,10:0} {peak,8:0}"));
}
