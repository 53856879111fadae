using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EtlTools.Core.State.Migrations;
using EtlTools.LocalWarehouse;
using EtlTools.Sandbox;
using EtlTools.Sandbox.Samples;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EtlTools.Benchmarks;

/// <summary>
/// Snowflake → PostgreSQL: a first load, then 10 % changed rows, each beside the raw chain on the same server. Both targets have one
/// index, the key's. Before each measurement the tables are made anew and the server writes its checkpoint.
/// </summary>
internal static class SyncBenchmark
{
    // 16 columns, about 400 bytes a row.
    private static readonly SampleColumn[] Columns = [.. WorkOrders.Columns.Where(column => column.Name != "NOTI_MEDIUM_TEXT")];
    private static readonly string ColumnList = string.Join(", ", Columns.Select(column => column.Name.ToLowerInvariant()));

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

    private static async Task FillAsync(string warehouse, int rows)
    {
        await using var connection = await OpenAsync(warehouse);
        await ExecuteAsync(connection, "CREATE DATABASE SRC");
        await ExecuteAsync(connection, "USE SCHEMA SRC.PUBLIC");
        await ExecuteAsync(connection, $"CREATE TABLE ORDERS ({string.Join(", ", Columns.Select(column => $"{column.Name} {column.SnowflakeType}"))})");
        using var load = connection.BeginBulkLoad("ORDERS", [.. Columns.Select(column => column.Name)]);
        var kept = Columns.Select(column => WorkOrders.Columns.ToList().IndexOf(column)).ToArray();
        foreach (var order in WorkOrders.Generate(42, rows, TimeProvider.System.GetUtcNow().AddDays(-1)))
            load.WriteRow(Array.ConvertAll(kept, position => order.Values[position]));
        load.Complete();
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

    private static async Task ResetAsync(NpgsqlDataSource data)
    {
        foreach (var table in (string[])["orders", "raw_orders"])
        {
            var columns = string.Join(", ", Columns.Select(column => $"{column.Name.ToLowerInvariant()} {column.PostgresType}"));
            await using var command = data.CreateCommand($"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns}, PRIMARY KEY (notification_id))");
            await command.ExecuteNonQueryAsync();
        }

        await using var state = data.CreateCommand("TRUNCATE etl.watermark, etl.run, etl.batch");
        await state.ExecuteNonQueryAsync();
    }

    private static async Task SettleAsync(string warehouse, NpgsqlDataSource data)
    {
        await ScalarAsync(warehouse, "VACUUM ANALYZE");
        await using var command = data.CreateCommand("CHECKPOINT");
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task EnsureEqualAsync(NpgsqlDataSource data)
    {
        await using var command = data.CreateCommand(
            $"SELECT count(*) FROM (SELECT {ColumnList} FROM orders EXCEPT SELECT {ColumnList} FROM raw_orders) d");
        command.CommandTimeout = 600;
        var differing = (long)(await command.ExecuteScalarAsync())!;
        if (differing > 0) throw new InvalidOperationException($"{differing} rows differ between the two targets");
    }

    // The table behind the warehouse's, as a subquery that names the columns as the target does.
    private static Task<string> PhysicalTableAsync(string warehouse) => ScalarAsync(warehouse, """
        SELECT format('(SELECT %s FROM %s) s', string_agg(format('%s AS %I', c.physical, lower(c.name)), ', ' ORDER BY c.ordinal), r.physical)
        FROM snowflake_catalog.sf_relation r JOIN snowflake_catalog.sf_column c ON c.relation_id = r.id
        WHERE r.name = 'ORDERS' GROUP BY r.physical
        """);

    private static async Task<string> ScalarAsync(string dsn, string sql)
    {
        await using var data = NpgsqlDataSource.Create(dsn);
        await using var command = data.CreateCommand(sql);
        command.CommandTimeout = 600;
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture)!;
    }

    private static async Task<LocalWarehouseConnection> OpenAsync(string warehouse)
    {
        var parts = new DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = warehouse, ["user"] = "benchmark" };
        var connection = new LocalWarehouseConnection(parts.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
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

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
