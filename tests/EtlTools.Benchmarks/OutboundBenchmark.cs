using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EtlTools.Core.Config;
using EtlTools.Core.State.Migrations;
using EtlTools.LocalWarehouse;
using EtlTools.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EtlTools.Benchmarks;

/// <summary>
/// PostgreSQL → Snowflake: orders merged into an empty table, 10 % of them changed and merged, all of them appended; each by CSV and by Parquet,
/// beside the bare chain: COPY TO STDOUT | gzip, then PUT, COPY INTO and MERGE or INSERT on the local warehouse, on the same server. Before
/// each measurement the target is made anew and the server writes its checkpoint.
/// </summary>
internal static class OutboundBenchmark
{
    private static readonly string[] Columns = ["order_id", "customer_id", "status", "currency", "total", "note", "ordered_at", "updated_at"];

    private const string Fill = """
        CREATE TABLE orders (order_id bigint PRIMARY KEY, customer_id bigint NOT NULL, status text NOT NULL, currency char(3) NOT NULL, total numeric(12,2) NOT NULL, note text, ordered_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        INSERT INTO orders SELECT i, i * 7919 % 100003, (ARRAY['new','paid','shipped','returned'])[1 + i % 4], 'EUR', (i * 131 % 100000) / 100.0,
            CASE WHEN i % 3 > 0 THEN 'order ' || i || ', ' || md5(i::text) END, timestamptz '2025-01-01' + i * interval '13 seconds', timestamptz '2025-01-02' + i * interval '13 seconds'
        FROM generate_series(1, {0}::bigint) i;
        CREATE INDEX ON orders (updated_at);
        """;

    private const string Target = "CREATE OR REPLACE TABLE {0} (ORDER_ID NUMBER(19,0) NOT NULL, CUSTOMER_ID NUMBER(19,0) NOT NULL, STATUS VARCHAR NOT NULL, CURRENCY VARCHAR(3) NOT NULL, TOTAL NUMBER(12,2) NOT NULL, NOTE VARCHAR, ORDERED_AT TIMESTAMP_TZ(6) NOT NULL, UPDATED_AT TIMESTAMP_TZ(6) NOT NULL, PRIMARY KEY (ORDER_ID))";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        await using var sandbox = await SandboxPostgres.StartAsync(new SandboxOptions { ServerDsn = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") });
        Console.WriteLine($"server: {sandbox.Description}; {Columns.Length} columns; {Environment.ProcessorCount} cores; median of {arguments.Repeat}{OutboundTable.Load()}");
        Console.WriteLine($"{"rows",10} {"step",-14} {"format",-8} {"bare chain s",12} {"etl sync s",11} {"ratio",6} {"rows/s",9} {"files MB",9} {"peak MB",8}");
        var table = new OutboundTable();
        foreach (var rows in arguments.Rows) await MeasureAsync(sandbox, rows, arguments.Repeat, table);
        table.Print(Columns.Length);
        return 0;
    }

    private static async Task MeasureAsync(SandboxPostgres sandbox, int rows, int repeat, OutboundTable table)
    {
        var (source, warehouse) = (await sandbox.CreateDatabaseAsync($"bench_out_{rows}"), await sandbox.CreateDatabaseAsync($"bench_house_{rows}"));
        await using var data = NpgsqlDataSource.Create(source);
        await new PostgresMigrator(data, NullLogger.Instance).ApplyAsync();
        await RunAsync(data, Fill.Replace("{0}", rows.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        await using var connection = await OpenAsync(warehouse);
        await ExecuteAsync(connection, "CREATE DATABASE RAW");
        await ExecuteAsync(connection, "USE SCHEMA RAW.PUBLIC");
        var folder = Directory.CreateTempSubdirectory("etl-bench-");
        var bare = new BareChain(sandbox.PsqlPath!, source, connection, folder.FullName, Columns);
        var results = new Dictionary<(string Step, StageFileFormat Format), List<(double Bare, OutboundMeasurement Ours)>>();
        try
        {
            for (var round = 0; round < repeat; round++)
            {
                foreach (var format in (StageFileFormat[])[StageFileFormat.Csv, StageFileFormat.Parquet])
                {
                    await ResetAsync(data, connection);
                    await AddAsync("first merge", format, WriteMode.Merge, "true");
                    var watermark = await ScalarAsync(data, "SELECT max(updated_at)::text FROM orders");
                    await RunAsync(data, "UPDATE orders SET status = status || '.', updated_at = (SELECT max(updated_at) FROM orders) + order_id * interval '1 millisecond' WHERE order_id % 10 = 7");
                    await AddAsync("10 % changed", format, WriteMode.Merge, $"updated_at > '{watermark}'");
                    await EnsureEqualAsync(connection, rows);
                    await ResetAsync(data, connection);
                    await AddAsync("append", format, WriteMode.Append, "true");
                    await EnsureEqualAsync(connection, rows);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        foreach (var ((step, format), rounds) in results) Print(rows, step, format, rounds, table);

        async Task AddAsync(string step, StageFileFormat format, WriteMode mode, string where)
        {
            await SettleAsync(data);
            var seconds = await bare.RunAsync(where, mode == WriteMode.Merge);
            await SettleAsync(data);
            var ours = Once(new OutboundJob(warehouse, source, format, mode));
            if (!results.TryGetValue((step, format), out var rounds)) results[(step, format)] = rounds = [];
            rounds.Add((seconds, ours));
        }
    }

    private static OutboundMeasurement Once(OutboundJob job)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add("to-snowflake-once");
        start.ArgumentList.Add(JsonSerializer.Serialize(job));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<OutboundMeasurement>(output)! : throw new InvalidOperationException($"the sync failed: {output}");
    }

    private static async Task ResetAsync(NpgsqlDataSource data, DbConnection connection)
    {
        foreach (var table in (string[])["ORDERS", "BARE_ORDERS"]) await ExecuteAsync(connection, Target.Replace("{0}", table, StringComparison.Ordinal));
        // Its fences begin anew with the state.
        await ExecuteAsync(connection, "DROP TABLE IF EXISTS ETL_LEDGER");
        await RunAsync(data, "TRUNCATE etl.watermark, etl.run, etl.batch");
    }

    // One server holds both databases.
    private static async Task SettleAsync(NpgsqlDataSource data)
    {
        await RunAsync(data, "VACUUM ANALYZE orders");
        await RunAsync(data, "CHECKPOINT");
    }

    private static async Task EnsureEqualAsync(DbConnection connection, int rows)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM ORDERS a JOIN BARE_ORDERS b ON a.ORDER_ID = b.ORDER_ID AND a.STATUS = b.STATUS AND a.TOTAL = b.TOTAL AND a.UPDATED_AT = b.UPDATED_AT AND a.NOTE IS NOT DISTINCT FROM b.NOTE";
        var equal = Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        if (equal != rows) throw new InvalidOperationException($"only {equal} of {rows} rows are equal in both targets");
    }

    private static async Task<LocalWarehouseConnection> OpenAsync(string warehouse)
    {
        var connection = new LocalWarehouseConnection(new DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = warehouse, ["user"] = "benchmark" }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task RunAsync(NpgsqlDataSource data, string sql)
    {
        await using var command = data.CreateCommand(sql);
        command.CommandTimeout = 1200;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> ScalarAsync(NpgsqlDataSource data, string sql)
    {
        await using var command = data.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static void Print(int rows, string step, StageFileFormat format, List<(double Bare, OutboundMeasurement Ours)> rounds, OutboundTable table)
    {
        var (bare, ours) = (Median(rounds.Select(round => round.Bare)), Median(rounds.Select(round => round.Ours.Seconds)));
        var (files, peak) = (rounds[0].Ours.FileMegabytes, rounds.Max(round => round.Ours.PeakMegabytes));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows,10} {step,-14} {format,-8} {bare,12:0.00} {ours,11:0.00} {ours / bare,6:0.00} {rounds[0].Ours.Read / ours,9:0} {files,9:0.0} {peak,8:0}{OutboundTable.Load()}"));
        table.Add(rows, step, format, ours / bare, files, peak);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
