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
/// upserts with execute_values, which is what such jobs are usually written as. "source alone" is what the local warehouse takes to write
/// the files of the method unload, by one session: work that a real warehouse does elsewhere, and here is done on the same processors.
/// </summary>
internal static class BackfillBenchmark
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        await using var sandbox = await SandboxPostgres.StartAsync(new SandboxOptions { ServerDsn = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") });
        Console.WriteLine($"server: {sandbox.Description}; {Columns.Length} columns; {Environment.ProcessorCount} cores; median of {arguments.Repeat}");
        Console.WriteLine($"{"rows",10} {"what",-18} {"seconds",9} {"of raw",7} {"rows/s",10} {"x script",9} {"own CPU s",10} {"peak MB",8}");
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

        var baselines = new Baselines(rows, Median(raw), null);
        Print(baselines, "raw chain", baselines.Raw);
        if (PsycopgScript.IsThere)
        {
            await ResetAsync(data);
            await SettleAsync(warehouse, data);
            baselines = baselines with { Script = PsycopgScript.Run(warehouse, target, physical) };
            await EnsureWholeAsync(data, "raw_orders", rows);
            Print(baselines, "execute_values", baselines.Script!.Value);
        }
        else
        {
            Console.WriteLine($"{rows,10} {"execute_values",-18} skipped: no python3 here has psycopg2 (Debian: python3-psycopg2)");
        }

        await ResetAsync(data);
        await SettleAsync(warehouse, data);
        Print(baselines, "source alone", await SourceAlone.RunAsync(warehouse, target));
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
                    await EnsureWholeAsync(data, "orders", rows);
                }

                Print(baselines, $"{method}, {workers} workers", Median(rounds.Select(round => round.Seconds)), rounds);
            }
        }
    }

    private static async Task EnsureWholeAsync(NpgsqlDataSource data, string table, int rows)
    {
        await using var command = data.CreateCommand($"SELECT count(*) FROM {table}");
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

    private static void Print(Baselines beside, string what, double seconds, List<SyncMeasurement>? rounds = null)
    {
        double? cpu = rounds is null ? null : Median(rounds.Select(round => round.CpuSeconds));
        double? peak = rounds?.Max(round => round.PeakMegabytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{beside.Rows,10} {what,-18} {seconds,9:0.00} {seconds / beside.Raw,7:0.00} {beside.Rows / seconds,10:0} {beside.Script / seconds,9:0.0} {cpu,10:0.0} {peak,8:0}"));
    }

    /// <summary>What is measured beside a backfill.</summary>
    /// <param name="Rows">Rows of the table.</param>
    /// <param name="Raw">Seconds of the raw chain.</param>
    /// <param name="Script">Seconds of the script; null where it cannot run.</param>
    private sealed record Baselines(int Rows, double Raw, double? Script);
}
